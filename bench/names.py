# SPDX-License-Identifier: BSD-2-Clause
"""Names like those of real programs, as long and as much alike."""

NOUNS = ("task conn flow sock skb page inode dentry mount queue lock wait timer event stats cache "
         "node entry list ring buf slot key value path name owner state mode flags count limit "
         "index depth head tail next prev parent child group policy class rule match action "
         "filter chain table bucket device driver").split()


def words(chance, count=2):
    return "_".join(chance.choice(NOUNS) for _ in range(count))
