from . import layers
from . import tt
