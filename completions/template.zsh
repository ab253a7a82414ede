#compdef bpfld
# zsh completion for bpfld(1). This file is made of bpfld's option table.

_arguments \
@options@
	'*:input:_files'
