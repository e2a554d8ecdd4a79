"""Random crops, flips and contrasts of CIFAR-10's images, and their normalization."""
import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.cifar10_conv import augmentation

NEUTRAL = {'mean': np.zeros([6, 5, 3], np.float32), 'std': np.ones([6, 5, 3], np.float32)}
IMAGES = np.random.RandomState(0).randint(1, 256, [120, 6, 5, 3]).astype(np.uint8)


def varied(seed=(1, 2), aux=None, images=IMAGES):
    with tf.Graph().as_default(), tf.Session() as session:
        return session.run(augmentation.aug_train_batch(
            tf.constant(images), aux or NEUTRAL, tf.constant(seed, tf.int64)))


def candidates(image):
    """All crops of the padded image, plain and flipped; a dict from (row, column, flip)."""
    padded = np.pad(image.astype(np.float32), [(4, 4), (4, 4), (0, 0)], 'constant')
    crops = {(row, column): padded[row:row + 6, column:column + 5]
             for row in range(9) for column in range(9)}
    return {key + (flip,): crop[:, ::-1] if flip else crop
            for key, crop in crops.items() for flip in (False, True)}


def contrast(out, crop):
    """The factor that makes `out` of a crop, or None."""
    mean = crop.mean(axis=(0, 1))
    deviation, wanted = crop - mean, out - mean
    if not deviation.any():
        return None
    factor = (wanted * deviation).sum() / np.square(deviation).sum()
    return factor if np.abs(wanted - factor * deviation).max() < 1e-2 else None


class AugmentationTest(unittest.TestCase):

    def test_each_image_is_a_crop_flipped_or_not_at_another_contrast(self):
        found, factors = set(), []
        for image, out in zip(IMAGES, varied()):
            fits = [(key, factor) for key, factor in (
                (key, contrast(out, crop)) for key, crop in candidates(image).items())
                if factor is not None]
            self.assertEqual(len(fits), 1)
            found.add(fits[0][0])
            factors.append(fits[0][1])
        self.assertEqual({key[0] for key in found}, set(range(9)))
        self.assertEqual({key[1] for key in found}, set(range(9)))
        self.assertEqual({key[2] for key in found}, {False, True})
        self.assertGreaterEqual(min(factors), 0.75 - 1e-4)
        self.assertLessEqual(max(factors), 1.25 + 1e-4)
        self.assertLess(min(factors), 0.77)
        self.assertGreater(max(factors), 1.23)

    def test_the_seed_decides(self):
        np.testing.assert_array_equal(varied((3, 4)), varied((3, 4)))
        self.assertTrue((varied((3, 4)) != varied((3, 5))).any())
        self.assertTrue((varied((3, 4)) != varied((2, 4))).any())

    def test_normalization_comes_last(self):
        aux = {'mean': np.full([6, 5, 3], 7, np.float32), 'std': np.full([6, 5, 3], 2, np.float32)}
        np.testing.assert_allclose(varied(aux=aux), (varied() - 7) / 2, atol=1e-4)

    def test_a_single_image(self):
        with tf.Graph().as_default(), tf.Session() as session:
            image = augmentation.aug_train(tf.constant(IMAGES[0], tf.float32), NEUTRAL)
            self.assertEqual(image.shape.as_list(), [6, 5, 3])
            out = session.run(image)
        self.assertTrue(any(contrast(out, crop) is not None
                            for crop in candidates(IMAGES[0]).values()))

    def test_evaluation_normalizes_by_the_statistics_of_the_training_images(self):
        aux = augmentation.statistics_for_augmentation(IMAGES)
        self.assertEqual(sorted(aux), ['mean', 'std'])
        with tf.Graph().as_default(), tf.Session() as session:
            normalized = session.run(augmentation.aug_eval(tf.constant(IMAGES), aux))
        np.testing.assert_allclose(normalized.mean(axis=0), 0, atol=1e-4)
        np.testing.assert_allclose(normalized.std(axis=0), 1, rtol=1e-4)
