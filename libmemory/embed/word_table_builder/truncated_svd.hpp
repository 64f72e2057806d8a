#pragma once
#include "embed/word_table_builder/word_graph.hpp"
#include <Eigen/Core>

namespace loci::embed {

using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Left singular vectors of the `dimension` largest singular values, each times the square root of
/// its value: one row a stem. One thread, fixed seed: the same bytes each time.
RowMatrix truncated_svd(SparseMatrix const& matrix, int dimension);

} // namespace loci::embed
