"""Whom we protect: enrolment, reference vectors, genuine footage, FAISS indexes, calibrated matching."""
