"""The Apache Beam jobs: thin wiring over the plain functions of the rooms above; scoring."""
