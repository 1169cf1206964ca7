"""Knowledge as data: lexicon, kinds of list, chain templates, samples and cases."""
