import embeddings  # noqa: F401  # before anything here imports ONNX Runtime: see there
