"""A desk in virtual time: the engine, the router and the estimator that the server composes, with invented people.

desk.py says what is simulated, visitors.py who comes, agents.py who serves; play.py plays it, with virtual.py around.
played.py is what happened, figures.py sums it up, fill.py writes it into a demo desk's record, told by story.py.
The same desk and seed give the same month to the millisecond.
"""
