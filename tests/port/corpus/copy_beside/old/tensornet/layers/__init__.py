from .tt import *
from .linear import *
