# SPDX-License-Identifier: BSD-2-Clause
#
# Lines "LINK<tab>CHECK<tab>what" that no line "CHECK<tab>pattern<tab>reason" of the first file
# explains. The others go to the file -v explained=FILE, with the number of their reason in front.

BEGIN {
	FS = OFS = "\t"
}

NR == FNR {
	if (/^#/ || !NF)
		next
	reasons++
	check[reasons] = $1
	pattern[reasons] = $2
	next
}

{
	for (i = 1; i <= reasons; i++)
		if ($2 == check[i] && ($1 "\t" $3) ~ pattern[i]) {
			print i, $0 >explained
			next
		}
	print
}
