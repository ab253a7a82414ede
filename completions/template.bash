# bash completion for bpfld(1). This file is made of bpfld's option table.

_bpfld_names='
@names@
'

# What the value of the option $1 is: sets `kind`, `words` and `optional`.
_bpfld_value() {
	kind='' words='' optional=''
	case $1 in
@values@
	esac
}

# Complete the value $2, of which the word has $1 before it.
_bpfld_complete_value() {
	case $kind in
	words) COMPREPLY+=($(compgen -P "$1" -W "${words// /$IFS}" -- "$2")) ;;
	file | directory)
		compopt -o filenames 2>/dev/null
		COMPREPLY+=($(compgen -P "$1" -A "$kind" -- "$2"))
		;;
	esac
}

_bpfld_complete_name() {
	local names=$_bpfld_names dash='' name
	# Long options may have one dash.
	if [[ $1 == -[!-]* ]]; then
		names=${names//--/-} dash=1
	fi
	for name in $(compgen -W "$names" -- "$1"); do
		[[ -z $dash || ${#name} -gt 2 ]] && COMPREPLY+=("$name")
	done
	[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
}

_bpfld() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} equals=''
	local kind words optional IFS=$'\n'

	COMPREPLY=()
	# "--name=value" is three words, unless COMP_WORDBREAKS has no "=".
	if [[ $word == = ]]; then
		word='' equals=1
	elif [[ $before == = && COMP_CWORD -gt 1 ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]} equals=1
	elif [[ $word == -*=* ]]; then
		_bpfld_value "${word%%=*}"
		_bpfld_complete_value "${word%%=*}=" "${word#*=}"
		return
	fi
	_bpfld_value "$before"
	if [[ -n $kind && (-n $equals || -z $optional) ]]; then
		_bpfld_complete_value '' "$word"
	elif [[ $word == -[!-]* ]]; then
		_bpfld_value "${word:0:2}"
		_bpfld_complete_value "${word:0:2}" "${word:2}"
		_bpfld_complete_name "$word"
	elif [[ $word == -* ]]; then
		_bpfld_complete_name "$word"
	else
		kind=file
		_bpfld_complete_value '' "$word"
	fi
}

complete -F _bpfld bpfld
