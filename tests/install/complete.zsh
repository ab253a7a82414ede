# SPDX-License-Identifier: BSD-2-Clause
#
# complete.zsh FOLDER LINE: what zsh offers to complete LINE, with the functions of FOLDER beside its own.
# Completion works only where a line is edited. So another shell edits it, on a terminal that is
# nobody's, and compadd, which gets all that is offered, tells it.
zmodload zsh/zpty
out=$(mktemp)
cat >$out.rc <<END
fpath=(${(q)1} \$fpath)
autoload -Uz compinit
compinit -D -u
compadd() {
	local -a offered options=("\${@[1,(i)(-|--)]}")
	if (( ! \${options[(I)-[OAD]*]} )); then
		builtin compadd -O offered "\$@"
		print -rl -- \$offered >>$out
	fi
	builtin compadd "\$@"
}
tell() {
	_main_complete
	print >>$out.end
}
zle -C tell list-choices tell
bindkey '^I' tell
LISTMAX=10000
print >$out.ready
END
until_there() {
	integer left=200
	while [[ ! -e $1 ]] && (( left-- )); do
		zpty -r -t editor >/dev/null
		sleep 0.05
	done
}
zpty editor zsh -f -i
zpty -w editor "source $out.rc"
until_there $out.ready
zpty -w -n editor $2$'\t'
until_there $out.end
zpty -d editor
cat $out
rm -f $out $out.*
