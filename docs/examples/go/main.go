// SPDX-License-Identifier: BSD-2-Clause

// Loads what was linked, with the types that bpf2go made of it, and runs it for two packets, of which
// it lets one pass. Loading needs root; others see what is in it.
package main

import (
	"fmt"
	"log"
	"os"
)

//go:generate bpf2go -cc ./bpfld-cc -target bpfel app ../bpf/main.bpf.c

func run(objects *appObjects) string {
	result, _, err := objects.Filter.Test(make([]byte, 64))
	if err != nil {
		log.Fatal(err)
	}
	return map[uint32]string{1: "dropped", 2: "passed"}[result]
}

func main() {
	spec, err := loadApp()
	if err != nil {
		log.Fatal(err)
	}
	if os.Geteuid() != 0 {
		fmt.Println("opened")
		return
	}
	var objects appObjects
	if err := spec.LoadAndAssign(&objects, nil); err != nil {
		log.Fatal(err)
	}
	defer objects.Close()
	fmt.Printf("%s, %s\n", run(&objects), run(&objects))
}
