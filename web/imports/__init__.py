"""Importing lists through the browser: hand in, look, correct, preview, confirm, undo (导入)."""
