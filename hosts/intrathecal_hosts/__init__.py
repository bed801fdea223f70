"""What embeds the core: the command line, and a simulator that runs therapies written as scenario files."""
