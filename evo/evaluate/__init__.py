"""Program to Evaluation: the stage graph, its stages, the judge."""
