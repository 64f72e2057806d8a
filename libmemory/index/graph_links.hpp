#pragma once
#include "index/graph.hpp"

#include <faiss/impl/HNSW.h>

namespace loci::index {

inline constexpr int links_per_level = 16; // twice as many on the lowest one

/// FAISS's part of a graph.
struct Graph::Links {
    faiss::HNSW hnsw{links_per_level};
};

} // namespace loci::index
