# fish completion for bpfld(1). This file is made of bpfld's option table.
@options@
