"""The industrial chain (产业链): everything known in, one graph, its weak links, its drawing out."""
