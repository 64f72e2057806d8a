// Randomized subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4). The blocks are
// orthonormalised through the Cholesky factor of their Gram matrix, which is several times faster
// than Householder reflections and stable here: one product spreads the singular values of a block
// by less than 100, so the Gram matrix (summed in double precision) is far from singular.

#include "embed/word_table_builder/truncated_svd.hpp"
#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <stdexcept>

namespace loci::embed {
namespace {

constexpr int rounds = 4;
constexpr int spare_columns = 32;
constexpr Eigen::Index gram_block = 2048;

/// Compressed rows.
class Operator {
public:
    Operator(SparseMatrix const& matrix, bool transposed)
        : starts_(matrix.size + 1)
        , columns_(matrix.entries.size())
        , values_(matrix.entries.size()) {
        for (auto const& entry : matrix.entries) {
            ++starts_[(transposed ? entry.column : entry.row) + 1];
        }
        for (std::size_t i = 1; i < starts_.size(); ++i) {
            starts_[i] += starts_[i - 1];
        }
        auto next = starts_;
        for (auto const& entry : matrix.entries) {
            std::size_t const place = next[transposed ? entry.column : entry.row]++;
            columns_[place] = transposed ? entry.row : entry.column;
            values_[place] = entry.value;
        }
    }

    RowMatrix operator*(RowMatrix const& right) const {
        RowMatrix product = RowMatrix::Zero(right.rows(), right.cols());
        for (std::size_t row = 0; row + 1 < starts_.size(); ++row) {
            auto target = product.row(static_cast<Eigen::Index>(row));
            for (std::size_t i = starts_[row]; i < starts_[row + 1]; ++i) {
                target.noalias() += values_[i] * right.row(static_cast<Eigen::Index>(columns_[i]));
            }
        }
        return product;
    }

private:
    std::vector<std::size_t> starts_;
    std::vector<StemId> columns_;
    std::vector<float> values_;
};

Eigen::MatrixXd gram(RowMatrix const& block) {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(block.cols(), block.cols());
    Eigen::MatrixXf part(block.cols(), block.cols());
    for (Eigen::Index first = 0; first < block.rows(); first += gram_block) {
        auto const rows = block.middleRows(first, std::min(gram_block, block.rows() - first));
        part.setZero();
        part.selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose());
        sum += part.cast<double>();
    }
    return sum.selfadjointView<Eigen::Lower>();
}

RowMatrix orthonormal(RowMatrix const& block) {
    Eigen::LLT<Eigen::MatrixXd> const factor(gram(block));
    if (factor.info() != Eigen::Success) {
        throw std::runtime_error("the subspace lost its rank");
    }
    Eigen::MatrixXd const identity = Eigen::MatrixXd::Identity(block.cols(), block.cols());
    Eigen::MatrixXd const inverse = factor.matrixU().solve(identity);
    return block * inverse.cast<float>();
}

RowMatrix random_signs(Eigen::Index rows, Eigen::Index columns) {
    RowMatrix signs(rows, columns);
    std::uint64_t state = 0x853C49E6748FEA9B;
    for (Eigen::Index i = 0; i < rows; ++i) {
        for (Eigen::Index j = 0; j < columns; ++j) {
            state ^= state << 13; // xorshift64
            state ^= state >> 7;
            state ^= state << 17;
            signs(i, j) = (state >> 63) != 0 ? 1.0F : -1.0F;
        }
    }
    return signs;
}

} // namespace

RowMatrix truncated_svd(SparseMatrix const& matrix, int dimension) {
    // Eigen cuts products by the processor's caches, and the cuts decide the order of sums.
    Eigen::setCpuCacheSizes(32 << 10, 256 << 10, 2 << 20);
    Operator const times(matrix, false);
    Operator const transposed_times(matrix, true);
    auto const rows = static_cast<Eigen::Index>(matrix.size);
    RowMatrix basis = orthonormal(times * random_signs(rows, dimension + spare_columns));
    for (int round = 1; round <= rounds; ++round) {
        basis = orthonormal(times * orthonormal(transposed_times * basis));
        std::cout << "word table: decomposition, round " << round << " of " << rounds << std::endl;
    }
    basis = orthonormal(basis);
    RowMatrix const projected = transposed_times * basis;
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> const solver(gram(projected));
    if (solver.info() != Eigen::Success) {
        throw std::runtime_error("the decomposition does not converge");
    }
    // Eigenvalues ascend and are the squares of the singular values.
    Eigen::MatrixXd const vectors = solver.eigenvectors().rightCols(dimension).rowwise().reverse();
    Eigen::VectorXd const squares = solver.eigenvalues().tail(dimension).reverse();
    Eigen::MatrixXd const turned =
        vectors * squares.cwiseMax(0).cwiseSqrt().cwiseSqrt().asDiagonal();
    return basis * turned.cast<float>();
}

} // namespace loci::embed
