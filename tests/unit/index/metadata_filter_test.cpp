#include "random_rows.hpp"
#include "stored_rows.hpp"

#include <index/allowed.hpp>
#include <index/metadata_filter.hpp>

using namespace loci;
using namespace loci::index;
using namespace loci::tests;

namespace {

struct Metadata {
    MemoryTables tables;
    StoredRows rows{tables};
    Catalogue catalogue{std::string{test_model}, 3};
    std::int64_t keys = 0;

    void add(std::int64_t owner, std::string_view metadata) {
        tables.write([&](store::WriteTransaction& transaction) {
            Row row;
            row.key = row.memory = ++keys;
            row.owner = owner;
            row.scope.space = owner == 1 ? "default" : "team:all";
            row.recorded_at = row.created_at = row.updated_at = transaction.now();
            StoredRows::add(transaction, row, metadata);
            RowChanges changes{owner, 0, {row}, {}, {}};
            changes.change = StoredRows::log(transaction);
            transaction.after_commit([this, changes] { catalogue.apply({&changes, 1}); });
        });
    }

    std::vector<std::int64_t> find(memory::Filter const& filter) {
        std::vector<std::int64_t> found;
        tables.read([&](store::ReadTransaction& transaction) {
            for (auto const& part :
                 allowed_parts(transaction, catalogue, {.tenant = "t", .user = "u"}, filter)) {
                part.allowed.for_each([&](std::uint32_t position) {
                    found.push_back(part.view.entry(position).key);
                });
            }
        });
        return found;
    }
};

using Keys = std::vector<std::int64_t>;

} // namespace

TEST_CASE("metadata must equal as JSON", "[index][filter]") {
    Metadata world;
    for (auto const* metadata :
         {R"({"n":1,"s":"x"})", R"({"n":1.0})", R"({"n":"1"})", R"({"o":{"a":1,"b":[1,2]}})",
          R"({"o":{"b":[1,2],"a":1}})", R"({"o":{"a":1,"b":[2,1]}})", R"({"z":null})", "{}"}) {
        world.add(1, metadata);
    }
    world.add(2, R"({"n":1})");
    CHECK(world.find({}) == Keys{1, 2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(world.find({.metadata = {{"n", "1"}}}) == Keys{1, 2, 9});
    CHECK(world.find({.metadata = {{"n", "\"1\""}}}) == Keys{3});
    CHECK(world.find({.metadata = {{"n", "1"}, {"s", "\"x\""}}}) == Keys{1});
    CHECK(world.find({.metadata = {{"o", R"({"b":[1,2],"a":1.0})"}}}) == Keys{4, 5});
    CHECK(world.find({.metadata = {{"z", "null"}}}) == Keys{7});
    CHECK(world.find({.metadata = {{"missing", "null"}}}).empty());
}

TEST_CASE("a space filter chooses the owners that are read", "[index][filter]") {
    Metadata world;
    world.add(1, "{}");
    world.add(2, "{}");
    CHECK(world.find({}) == Keys{1, 2});
    CHECK(world.find({.scope = {.space = Unset{}}}) == Keys{1});
    CHECK(world.find({.scope = {.space = Exactly{"team:all"}}}) == Keys{2});
    CHECK(world.find({.scope = {.space = OneOf{{"team:all", "default"}}}}) == Keys{1, 2});
    CHECK(world.find({.scope = {.space = Exactly{"team:other"}}}).empty());
    world.tables.read([&](store::ReadTransaction& transaction) {
        auto const owners = [&](CoordinateFilter const& space) {
            return asked_owners(transaction, world.catalogue, {.tenant = "t", .user = "u"}, space)
                .size();
        };
        CHECK(owners(Any{}) == 2);
        CHECK(owners(Unset{}) == 1);
        CHECK(owners(Exactly{"team:all"}) == 1);
        CHECK(
            allowed_parts(transaction, world.catalogue, {.tenant = "x", .user = "u"}, {}).empty());
    });
}

TEST_CASE("a filter that makes no sense is refused by field", "[index][filter]") {
    CHECK_FALSE(check({}));
    auto const bad = check({.metadata = {{"n", "{"}}});
    REQUIRE(bad);
    CHECK(bad->kind == ErrorKind::invalid);
    CHECK(bad->fields.front().path == "metadata");
    CHECK(check({.confidence = {.minimum = std::nan("")}})->fields.front().path == "confidence");
    CHECK(check({.importance = {.maximum = std::nan("")}})->fields.front().path == "importance");
}
