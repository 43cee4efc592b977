"""Rules of the field for the embedded engine: cues in the words that say what a paper is, who speaks, and what was found.

Each module answers one question about a run of lines. The rules are cautious: what no cue tells stays "not stated",
"unclear" or out of the brief. To add a cue, find the module that asks the question and add the phrase to its table.
"""
