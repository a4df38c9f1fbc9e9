"""What a plant tells of making, looked up, judged and written: the one way into the graph, for every door."""
