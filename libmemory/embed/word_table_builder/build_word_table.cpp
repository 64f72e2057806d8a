// build_word_table WORDNET OUTPUT
//
// Makes the embedded default's word table from the WordNet database: vectors by a truncated
// singular value decomposition of the word graph, 8 bits a number; weights by how often a stem
// occurs in definitions (smooth inverse frequency; Arora, Liang and Ma 2017); and the direction
// that the definitions share. Equal input gives equal bytes.

#include "embed/sentence_vector.hpp"
#include "embed/word_table.hpp"
#include "embed/word_table_builder/stemmed_wordnet.hpp"
#include "embed/word_table_builder/truncated_svd.hpp"
#include "embed/word_table_builder/word_graph.hpp"
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <numeric>
#include <stdexcept>

namespace loci::embed {
namespace {

constexpr int dimension = 256;
constexpr std::size_t most_words = 30'000;
constexpr std::size_t component_sample = 20; ///< every so many definitions
constexpr double frequency_scale = 1e-3;     ///< `a` of smooth inverse frequency

/// How often each stem occurs as a word of a sense or in a definition.
std::vector<std::size_t> count_uses(StemmedWordnet const& wordnet) {
    std::vector<std::size_t> uses(wordnet.stems.size());
    for (auto const& sense : wordnet.senses) {
        for (StemId const stem : sense.lemmas) {
            ++uses[stem];
        }
        for (StemId const stem : sense.gloss) {
            ++uses[stem];
        }
    }
    return uses;
}

/// The most used stems that have a vector, sorted by spelling.
std::vector<StemId> choose_stems(StemmedWordnet const& wordnet, RowMatrix const& vectors) {
    auto const uses = count_uses(wordnet);
    std::vector<StemId> chosen;
    for (StemId stem = 0; stem < wordnet.stems.size(); ++stem) {
        if (vectors.row(static_cast<Eigen::Index>(stem)).squaredNorm() > 0) {
            chosen.push_back(stem);
        }
    }
    std::stable_sort(chosen.begin(), chosen.end(),
                     [&](StemId a, StemId b) { return uses[a] > uses[b]; });
    chosen.resize(std::min(chosen.size(), most_words));
    std::sort(chosen.begin(), chosen.end(),
              [&](StemId a, StemId b) { return wordnet.stems[a] < wordnet.stems[b]; });
    return chosen;
}

/// Share of each stem among the stems of definitions, each counted once a definition.
std::vector<double> frequencies(StemmedWordnet const& wordnet) {
    std::vector<double> definitions(wordnet.stems.size());
    for (auto const& sense : wordnet.senses) {
        for (StemId const stem : distinct(sense.gloss)) {
            ++definitions[stem];
        }
    }
    double const total = std::accumulate(definitions.begin(), definitions.end(), 0.0);
    for (double& each : definitions) {
        each = std::max(each, 1.0) / total;
    }
    return definitions;
}

void add_row(WordTableContent& content, Eigen::Ref<Eigen::RowVectorXf const> vector) {
    constexpr float largest = 127;
    Eigen::RowVectorXf const row =
        (vector * (largest / vector.cwiseAbs().maxCoeff())).array().round().matrix();
    for (float const value : row) {
        content.rows.push_back(static_cast<std::int8_t>(value));
    }
    content.scales.push_back(1 / row.norm());
}

WordTableContent make_content(StemmedWordnet const& wordnet, RowMatrix const& vectors) {
    auto const frequency = frequencies(wordnet);
    WordTableContent content;
    for (StemId const stem : choose_stems(wordnet, vectors)) {
        content.stems.push_back(wordnet.stems[stem]);
        content.weights.push_back(
            static_cast<float>(frequency_scale / (frequency_scale + frequency[stem])));
        add_row(content, vectors.row(static_cast<Eigen::Index>(stem)));
    }
    content.unknown_weight = std::accumulate(content.weights.begin(), content.weights.end(), 0.0F) /
                             static_cast<float>(content.weights.size());
    content.component.assign(dimension, 0);
    return content;
}

/// First principal direction of a sample of definitions, as the library would embed them.
std::vector<float> common_direction(StemmedWordnet const& wordnet, WordTable const& table) {
    Eigen::MatrixXd scatter = Eigen::MatrixXd::Zero(dimension, dimension);
    for (std::size_t i = 0; i < wordnet.senses.size(); i += component_sample) {
        std::vector<std::string> stems;
        for (StemId const stem : wordnet.senses[i].gloss) {
            stems.push_back(wordnet.stems[stem]);
        }
        auto const vector = sentence_vector(
            table, stems, [&](std::string_view stem) { return fixed_weight(table, stem); });
        if (!vector.empty()) {
            Eigen::Map<Eigen::VectorXf const> const direction(vector.data(), dimension);
            scatter.selfadjointView<Eigen::Lower>().rankUpdate(direction.cast<double>());
        }
    }
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> const solver(scatter);
    Eigen::VectorXf const first = solver.eigenvectors().col(dimension - 1).cast<float>();
    return {first.begin(), first.end()};
}

void write_file(std::filesystem::path const& path, std::vector<std::byte> const& bytes) {
    std::filesystem::path const draft = path.string() + ".new";
    {
        std::ofstream file(draft, std::ios::binary);
        file.write(reinterpret_cast<char const*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        if (!file.flush()) {
            throw std::runtime_error("cannot write " + draft.string());
        }
    }
    std::filesystem::rename(draft, path);
}

void build(std::filesystem::path const& folder, std::filesystem::path const& output) {
    std::cout << "word table: reading " << folder.string() << std::endl;
    auto const wordnet = stem_wordnet(read_wordnet(folder));
    std::cout << "word table: " << wordnet.senses.size() << " senses, " << wordnet.stems.size()
              << " stems" << std::endl;
    auto const graph = word_graph(wordnet);
    std::cout << "word table: graph of " << graph.entries.size() << " links" << std::endl;
    auto content = make_content(wordnet, truncated_svd(graph, dimension));
    auto const draft = write_word_table(content);
    content.component = common_direction(wordnet, WordTable::parse(draft).value());
    auto const bytes = write_word_table(content);
    write_file(output, bytes);
    std::cout << "word table: " << content.stems.size() << " stems, " << bytes.size() << " bytes"
              << std::endl;
}

} // namespace
} // namespace loci::embed

int main(int count, char** arguments) {
    if (count != 3) {
        std::cerr << "usage: build_word_table WORDNET OUTPUT\n";
        return 2;
    }
    try {
        loci::embed::build(arguments[1], arguments[2]);
    } catch (std::exception const& failure) {
        std::cerr << "build_word_table: " << failure.what() << '\n';
        return 1;
    }
    return 0;
}
