"""The model: codebook, training, validation, prediction and the default weights."""
