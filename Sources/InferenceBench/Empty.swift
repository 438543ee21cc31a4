// InferenceBench
