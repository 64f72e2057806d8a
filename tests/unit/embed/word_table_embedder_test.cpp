#include <atomic>
#include <catch2/catch.hpp>
#include <loci/memory/embedder.hpp>
#include <numeric>
#include <thread>

using namespace loci::memory;

namespace {

using Vector = std::vector<float>;

Vector embed(Embedder& embedder, std::string_view text,
             EmbeddingPurpose purpose = EmbeddingPurpose::passage) {
    std::string_view const texts[] = {text};
    return embedder.embed(texts, purpose).value().front();
}

double cosine(Vector const& a, Vector const& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double similarity(std::string_view a, std::string_view b) {
    auto const embedder = word_table_embedder();
    return embedder->similarity(cosine(embed(*embedder, a), embed(*embedder, b)));
}

class OneWord final : public WordWeights {
public:
    explicit OneWord(std::string_view stem)
        : stem_(stem) {}

    double weight(std::string_view stem) const override { return stem == stem_ ? 1.0 : 0.0; }

private:
    std::string_view stem_;
};

/// An embedder that keeps every default.
class Plain final : public Embedder {
public:
    std::string const& model_id() const override { return id_; }

    std::size_t dimension() const override { return 2; }

    loci::Result<std::vector<Vector>> embed(std::span<std::string_view const> texts,
                                            EmbeddingPurpose purpose) override {
        purposes.push_back(purpose);
        if (texts.front() == "down") {
            return loci::Error{.kind = loci::ErrorKind::unavailable,
                               .reason = "EMBEDDER_DOWN",
                               .message = "The model cannot be reached"};
        }
        return std::vector<Vector>(texts.size(), Vector{1, 0});
    }

    std::vector<EmbeddingPurpose> purposes;

private:
    std::string id_ = "plain";
};

} // namespace

TEST_CASE("the embedded default names itself", "[embed]") {
    auto const embedder = word_table_embedder();
    CHECK(embedder->model_id() == "wordnet-1");
    CHECK(embedder->dimension() == 256);
}

TEST_CASE("vectors have length 1 and equal texts equal vectors", "[embed]") {
    auto const embedder = word_table_embedder();
    auto const text = GENERATE("She adopted a puppy", "qwertzuiop", "42", "🎉", "東京に行きました",
                               "to be or not to be", "the");
    CAPTURE(text);
    auto const vector = embed(*embedder, text);
    REQUIRE(vector.size() == 256);
    CHECK(cosine(vector, vector) == Approx(1.0).epsilon(1e-5));
    CHECK(vector == embed(*embedder, text));
    CHECK(vector == embed(*word_table_embedder(), text, EmbeddingPurpose::query));
    CHECK(embedder->similarity(cosine(vector, vector)) == 1.0);
}

TEST_CASE("a batch gives one vector a text", "[embed]") {
    auto const embedder = word_table_embedder();
    std::string_view const texts[] = {"a red car", "", "?!", "a blue car"};
    auto const vectors = embedder->embed(texts, EmbeddingPurpose::passage).value();
    REQUIRE(vectors.size() == 4);
    CHECK(vectors[0] == embed(*embedder, "a red car"));
    CHECK(vectors[1].empty());
    CHECK(vectors[2].empty());
    CHECK(vectors[3] == embed(*embedder, "a blue car"));
    CHECK(embedder->embed({}, EmbeddingPurpose::passage).value().empty());
}

TEST_CASE("related words are nearer than unrelated ones", "[embed]") {
    auto const [word, related, unrelated] =
        GENERATE(table<std::string_view, std::string_view, std::string_view>({
            {"car", "automobile", "banana"},
            {"doctor", "physician", "guitar"},
            {"happy", "glad", "concrete"},
            {"purchase", "buy", "sleep"},
            {"dog", "puppy", "invoice"},
            {"ocean", "sea", "trousers"},
            {"begin", "start", "purple"},
            {"child", "kid", "engine"},
        }));
    CAPTURE(word, related, unrelated);
    CHECK(similarity(word, related) > similarity(word, unrelated) + 0.1);
}

TEST_CASE("similarity tells the same from the foreign", "[embed]") {
    CHECK(similarity("She prefers aisle seats", "she prefers AISLE seats!") == 1.0);
    CHECK(similarity("My brother plays the violin", "The invoice is due on Monday") < 0.6);
    CHECK(similarity("We hiked up the volcano", "He repaired the printer") < 0.6);
    CHECK(similarity("Their daughter studies law", "The soup needs more salt") < 0.6);
    CHECK(similarity("qwertzuiop", "asdfghjkl") < 0.6);
    CHECK(similarity("She bought a new car", "She purchased an automobile") > 0.5);
}

TEST_CASE("a question's words weigh as the memory says", "[embed]") {
    auto const embedder = word_table_embedder();
    auto const question =
        embedder->embed_question("Which guitar did the doctor buy?", OneWord("guitar"));
    CHECK(cosine(question.value(), embed(*embedder, "guitar")) == Approx(1.0).epsilon(1e-5));
}

TEST_CASE("a question without any weight falls back on fixed weights", "[embed]") {
    auto const embedder = word_table_embedder();
    CHECK(embedder->embed_question("Which guitar?", OneWord("piano")).value() ==
          embed(*embedder, "Which guitar?"));
    CHECK(embedder->embed_question("?", OneWord("piano")).value().empty());
}

TEST_CASE("models without word weights take the plain query vector", "[embed]") {
    Plain plain;
    CHECK(plain.embed_question("x", OneWord("x")).value() == Vector{1, 0});
    CHECK(plain.purposes == std::vector{EmbeddingPurpose::query});
    auto const failed = plain.embed_question("down", OneWord("x"));
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().reason == "EMBEDDER_DOWN");
}

TEST_CASE("similarity stays between 0 and 1", "[embed]") {
    Plain const plain;
    CHECK(plain.similarity(-0.3) == 0.0);
    CHECK(plain.similarity(0.25) == 0.25);
    CHECK(plain.similarity(0.9999999) == 1.0);
    CHECK(plain.similarity(1.0000002) == 1.0);
}

TEST_CASE("threads embed at once and agree", "[embed]") {
    auto const embedder = word_table_embedder();
    auto const expected = embed(*embedder, "She adopted a puppy in 東京");
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int round = 0; round < 100; ++round) {
                    wrong += embed(*embedder, "She adopted a puppy in 東京") == expected ? 0 : 1;
                    wrong += word_table_embedder()->dimension() == 256 ? 0 : 1;
                }
            });
        }
    }
    CHECK(wrong == 0);
}
