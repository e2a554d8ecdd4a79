def svd(X, modes, ranks):
    return X
