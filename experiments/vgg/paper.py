"""Tables 2 and 3 of "Tensorizing Neural Networks" (arXiv 1509.06569), without the errors."""

# Name of the row: parameters of the compressed layers, compression of these layers, of VGG-16,
# of VGG-19, as printed. TT2 stands for a TT-layer with all inner ranks 2, MR for matrix rank.
TABLE_2 = {
    'FC FC FC': ('', '1', '1', '1'),
    'TT4 FC FC': ('2016', '50972', '3.9', '3.5'),
    'TT2 FC FC': ('528', '194622', '3.9', '3.5'),
    'TT1 FC FC': ('144', '713614', '3.9', '3.5'),
    'TT4 TT4 FC': ('2016 + 1152', '37732', '7.4', '6'),
    'MR1 FC FC': ('29184', '3521', '3.9', '3.5'),
    'MR5 FC FC': ('145920', '704', '3.9', '3.5'),
    'MR50 FC FC': ('1459200', '70', '3.7', '3.4'),
}

# The layer of table 3.
INP_MODES, OUT_MODES, RANK = [2, 7, 8, 8, 7, 4], [4, 4, 4, 4, 4, 4], 4

# Milliseconds by device, layer and number of images.
TABLE_3 = {
    ('CPU', 'dense', 1): 16.1, ('CPU', 'dense', 100): 97.2,
    ('CPU', 'tt', 1): 1.2, ('CPU', 'tt', 100): 94.7,
    ('GPU', 'dense', 1): 2.7, ('GPU', 'dense', 100): 33.0,
    ('GPU', 'tt', 1): 1.9, ('GPU', 'tt', 100): 12.9,
}

# MB that feeding one image forward takes. They are 2^20 bytes: the first is the float32 matrix,
# 25088 * 4096 * 4 / 2^20 = 392; the second is not the cores, which are 0.008 MB, but the largest
# intermediate, 4 * 4 * 12544 * 4 / 2^20 = 0.766 after the first core.
MEMORY_MB = {'dense': 392, 'tt': 0.766}
