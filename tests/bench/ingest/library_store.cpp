#include "library_store.hpp"

#include <cmath>
#include <functional>
#include <random>
#include <string_view>

namespace loci::bench {
namespace {

constexpr std::size_t pool_size = 4096;

} // namespace

GivenVectors::GivenVectors(std::size_t dimension)
    : dimension_(dimension) {
    std::mt19937 random{17};
    std::normal_distribution<float> normal;
    for (std::size_t i = 0; i < pool_size; ++i) {
        std::vector<float> vector(dimension);
        float squares = 0;
        for (auto& value : vector) {
            value = normal(random);
            squares += value * value;
        }
        for (auto& value : vector) {
            value /= std::sqrt(squares);
        }
        pool_.push_back(std::move(vector));
    }
}

std::vector<float> const& GivenVectors::vector_of(std::string_view text) const {
    return pool_[std::hash<std::string_view>{}(text) % pool_.size()];
}

Result<std::vector<std::vector<float>>> GivenVectors::embed(std::span<std::string_view const> texts,
                                                            memory::EmbeddingPurpose) {
    std::vector<std::vector<float>> vectors;
    vectors.reserve(texts.size());
    for (auto const text : texts) {
        vectors.push_back(vector_of(text));
    }
    return vectors;
}

LibraryStore::LibraryStore(std::filesystem::path const& directory, memory::Embedder& embedder)
    : database_(store::Database::open(
                    {.directory = directory, .components = {memory::Memory::component()}},
                    system_environment())
                    .value())
    , memory_(memory::Memory::open(*database_, embedder).value()) {}

void LibraryStore::write(std::span<std::string const> texts) {
    std::vector<memory::NewMemory> items;
    items.reserve(texts.size());
    for (auto const& text : texts) {
        items.push_back({.content = text});
    }
    for (auto const& item : memory_->write_many(Caller{}, std::move(items)).value().items) {
        item.value();
    }
}

void LibraryStore::write(std::string const& text) {
    memory_->write(Caller{}, {.content = text}).value();
}

std::size_t LibraryStore::recall(std::string const& question, memory::RecallMode mode) {
    memory::RecallQuery query{.query = question};
    query.mode = mode;
    return memory_->recall(Caller{}, query).value().hits.size();
}

std::size_t LibraryStore::inspect() {
    return memory_->inspect().value().size();
}

} // namespace loci::bench
