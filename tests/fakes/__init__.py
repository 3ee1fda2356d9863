"""Real little servers in the shape of the platforms that we read, with the ways in which those refuse and change."""
