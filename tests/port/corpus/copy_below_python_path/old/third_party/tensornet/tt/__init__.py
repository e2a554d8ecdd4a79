from .svd import *
