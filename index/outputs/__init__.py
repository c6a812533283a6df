"""One index, many outputs: chapters, an illustrated article, a shot list."""
