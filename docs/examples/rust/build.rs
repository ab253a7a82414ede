// SPDX-License-Identifier: BSD-2-Clause

//! Compiles the files of BPF and links them into OUT_DIR/app.bpf.o, which main.rs contains.

use std::env;
use std::path::PathBuf;
use std::process::Command;

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?} failed");
}

fn main() {
    let out = PathBuf::from(env::var("OUT_DIR").unwrap());
    let multiarch = Command::new("gcc").arg("-print-multiarch").output().unwrap().stdout;
    let include = format!("-I/usr/include/{}", String::from_utf8(multiarch).unwrap().trim());
    let mut link = Command::new("bpfld");
    link.arg("--no-undefined").arg("-o").arg(out.join("app.bpf.o"));
    for name in ["main", "flow"] {
        let object = out.join(name).with_extension("bpf.o");
        run(Command::new("clang")
            .args(["-g", "-O2", "--target=bpf", &include, "-c", "-o"])
            .arg(&object)
            .arg(format!("../bpf/{name}.bpf.c")));
        link.arg(object);
    }
    run(&mut link);
    println!("cargo:rerun-if-changed=../bpf");
}
