#include "fixture.hpp"

#include <set>

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

namespace {

std::vector<Record> export_all(RecordsFixture& fixture, Caller const& caller,
                               std::vector<std::string> const& spaces, std::int64_t snapshot,
                               std::size_t limit, std::function<void(int)> const& between = {}) {
    std::vector<Record> all;
    std::int64_t after = 0;
    for (int page_number = 0;; ++page_number) {
        auto page = fixture.memory->export_page(caller, spaces, snapshot, after, limit).value();
        if (page.empty()) {
            return all;
        }
        after = page.back().revision_key;
        all.insert(all.end(), page.begin(), page.end());
        if (between) {
            between(page_number);
        }
    }
}

std::vector<std::string> contents_of(std::vector<Record> const& records) {
    std::vector<std::string> contents;
    contents.reserve(records.size());
    for (auto const& record : records) {
        contents.push_back(record.content);
    }
    return contents;
}

} // namespace

TEST_CASE_METHOD(RecordsFixture, "an export gives own and team rows in the order of their keys",
                 "[memory][export]") {
    write(alice, "1");
    write(bob, {.content = "2", .scope = {.space = "team:x"}});
    write(bob, "bob's own");
    write(alice, {.content = "3", .scope = {.space = "work"}});
    write(stranger, {.content = "foreign", .scope = {.space = "team:x"}});
    write(alice, {.content = "4", .scope = {.space = "team:x"}});
    auto const begun = memory->begin_export(alice, {}).value();
    CHECK(begun.total == 4);
    for (std::size_t const limit : {1u, 2u, 3u, 100u}) {
        CHECK(contents_of(export_all(*this, alice, {}, begun.snapshot, limit)) ==
              std::vector<std::string>{"1", "2", "3", "4"});
    }
    CHECK(contents_of(export_all(*this, alice, {"work", "team:x"}, begun.snapshot, 1)) ==
          std::vector<std::string>{"2", "3", "4"});
    CHECK(memory->begin_export(alice, {"work", "team:x"}).value().total == 3);
    CHECK(memory->begin_export(alice, {"nowhere"}).value().total == 0);
    CHECK(memory->begin_export({.tenant = "new", .user = "new"}, {}).value().total == 0);
    CHECK(memory->export_page(alice, {}, begun.snapshot, 0, 0).value().empty());
    CHECK(field_of(memory->begin_export(alice, {"a", ""})) == "spaces[1]");
}

TEST_CASE_METHOD(RecordsFixture, "writes during an export neither repeat nor skip a row",
                 "[memory][export]") {
    std::vector<Record> written;
    written.reserve(30);
    for (int i = 0; i < 30; ++i) {
        written.push_back(write(alice, "row " + std::to_string(i)));
    }
    auto const begun = memory->begin_export(alice, {}).value();
    CHECK(begun.total == 30);
    auto const rows = export_all(*this, alice, {}, begun.snapshot, 4, [&](int page) {
        auto const place = static_cast<std::size_t>(page);
        write(alice, "later " + std::to_string(page));
        memory->revise(alice, written[29 - place].id, {.content = "changed"}).value();
        memory->revise(alice, written[place].id, {.content = "changed"}).value();
    });
    REQUIRE(rows.size() == 30);
    std::set<MemoryId> ids;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CHECK(rows[i].content == "row " + std::to_string(i));
        CHECK(rows[i].revision_key == written[i].revision_key);
        ids.insert(rows[i].id);
    }
    CHECK(ids.size() == 30);
}

TEST_CASE_METHOD(RecordsFixture, "what is erased during an export is left out",
                 "[memory][export]") {
    auto const one = write(alice, "1");
    auto const two = write(alice, "2");
    auto const begun = memory->begin_export(alice, {}).value();
    memory->erase(alice, {two.id}).value();
    CHECK(contents_of(export_all(*this, alice, {}, begun.snapshot, 10)) ==
          std::vector<std::string>{"1"});
}

TEST_CASE_METHOD(RecordsFixture, "a second export sees revisions in the place of their new key",
                 "[memory][export]") {
    auto const one = write(alice, "1");
    write(alice, "2");
    memory->revise(alice, one.id, {.content = "1 again"}).value();
    auto const begun = memory->begin_export(alice, {}).value();
    CHECK(begun.total == 2);
    CHECK(contents_of(export_all(*this, alice, {}, begun.snapshot, 1)) ==
          std::vector<std::string>{"2", "1 again"});
}

TEST_CASE_METHOD(RecordsFixture, "an export that goes on counts the rows of its own snapshot",
                 "[memory][export]") {
    auto const one = write(alice, "1");
    auto const two = write(alice, "2");
    write(alice, {.content = "3", .scope = {.space = "team:x"}});
    auto const begun = memory->begin_export(alice, {}).value();
    write(alice, "later");
    memory->revise(alice, one.id, {.content = "1 again"}).value();
    CHECK(memory->begin_export(alice, {}).value().total == 4);
    auto const again = memory->begin_export(alice, {}, begun.snapshot).value();
    CHECK(again.snapshot == begun.snapshot);
    CHECK(again.total == 3);
    CHECK(memory->begin_export(alice, {"team:x"}, begun.snapshot).value().total == 1);
    memory->erase(alice, {two.id}).value();
    CHECK(memory->begin_export(alice, {}, begun.snapshot).value().total == 2);
    auto const now = memory->begin_export(alice, {}).value();
    CHECK(memory->begin_export(alice, {}, now.snapshot + 7).value().snapshot == now.snapshot);
}
