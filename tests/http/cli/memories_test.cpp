#include "http/cli/program.hpp"

namespace loci::tests {
namespace {

void write_lines(std::filesystem::path const& file, std::vector<std::string> const& lines) {
    std::ofstream output{file};
    for (auto const& line : lines) {
        output << line << '\n';
    }
}

/// The same commands, with and without a server.
void remember_and_recall(Program const& program) {
    auto const stored = program.must("remember Ines prefers aisle seats --tag travel --space trips "
                                     "--speaker Ines --json");
    CHECK(stored.json().at("content") == "Ines prefers aisle seats");
    CHECK(stored.json().at("space") == "trips");
    program.must("remember 'The alarm code is in the blue envelope' --space home");
    program.must("remember - --space home < '" + [&] {
        std::ofstream{program.scratch("text")} << "  Two lines\nof text  \n";
        return program.scratch("text").string();
    }() + "'");

    auto const found = program.must("recall 'which seats does she like?' --json --explain");
    CHECK(found.json().at("items").at(0).at("id") == stored.json().at("id"));
    CHECK(found.json().at("items").at(0).at("tags") == boost::json::array{"travel"});
    CHECK(found.json().at("items").at(0).at("similarity").as_double() > 0);

    auto const text = program.must("recall aisle seats --explain");
    CHECK(text.out.starts_with("  1. Ines prefers aisle seats\n"));
    CHECK(text.out.find("similarity") != std::string::npos);
    CHECK(text.out.find("rank 1") != std::string::npos);
    CHECK(program.must("recall aisle seats --space home --tag travel").out.empty());
    CHECK(
        program.must("recall 'lines text' --space home -n 1").out.find("Two lines\n     of text") !=
        std::string::npos);
    CHECK(program.must("recall alarm --mode keyword").out.find("blue envelope") !=
          std::string::npos);
}

TEST_CASE("remember tells what says the same", "[cli][program]") {
    Program program;
    for (std::string const space : {"local", "served"}) {
        if (space == "served") {
            program.serve();
        }
        auto const remember = [&](std::string const& words) {
            return program.must("remember --space " + space + " " + words);
        };
        remember("'The user prefers aisle seats on planes'");
        auto const known =
            remember("'User prefers aisle seats on planes.' --near-duplicates merge");
        CHECK(known.out.starts_with("Known already as "));
        auto const json =
            remember("'User prefers aisle seats on planes!' --near-duplicates return --json")
                .json();
        CHECK(json.at("duplicate") == true);
        CHECK(json.at("nearDuplicates").as_array().size() == 1);
        auto const reported =
            remember("'user prefers aisle seats on planes' --near-duplicates report");
        CHECK(reported.out.starts_with("Remembered as "));
        CHECK(reported.out.find(" says the same (similarity 1.00, words 1.00)") !=
              std::string::npos);
    }
}

TEST_CASE("remember and recall work on the directory itself", "[cli][program]") {
    Program const program;
    remember_and_recall(program);
}

TEST_CASE("remember and recall work through the server that owns the directory", "[cli][program]") {
    Program program;
    program.serve();
    remember_and_recall(program);
}

void import_and_export(Program const& program) {
    auto const file = program.scratch("in.jsonl");
    write_lines(
        file,
        {R"({"content":"one","session":"s","sequence":1,"occurredAt":"2026-01-01T00:00:00Z"})",
         R"({"content":""})", "", "not JSON", R"({"content":"two","tags":["t"]})",
         R"({"content":"three","space":"other","metadata":{"k":[1,2]}})",
         R"({"content":"four","sensitivity":"secret"})"});
    auto const partly = program.run("import '" + file.string() + "' --space imported");
    CHECK(partly.code == 1);
    CHECK(partly.out == "Imported 3 of 6 memories; 3 failed\n");
    CHECK(partly.error.find("line 2: ") != std::string::npos);
    CHECK(partly.error.find("line 4: ") != std::string::npos);
    CHECK(partly.error.find("line 7: ") != std::string::npos);

    auto const all = program.must("export").out;
    CHECK(std::count(all.begin(), all.end(), '\n') == 3);
    auto const first = boost::json::parse(all.substr(0, all.find('\n')));
    CHECK(first.at("content") == "one");
    CHECK(first.at("space") == "imported");
    CHECK(first.at("session") == "s");
    CHECK(first.at("valid_from") == "2026-01-01T00:00:00.000000Z");
    auto const other = program.must("export --space other").out;
    CHECK(boost::json::parse(other).at("metadata") ==
          boost::json::value{{"k", boost::json::array{1, 2}}});

    auto const copy = program.scratch("out.jsonl");
    CHECK(program.must("export '" + copy.string() + "' --json").json().at("exported") == 3);
    CHECK(contents(copy) == all);
    auto const again = program.must("import - --json < '" + copy.string() + "'");
    CHECK(again.json().at("succeeded") == 3);
    auto const doubled = program.must("export").out;
    CHECK(std::count(doubled.begin(), doubled.end(), '\n') == 6);
}

TEST_CASE("import and export work on the directory itself", "[cli][program]") {
    Program const program;
    import_and_export(program);
}

TEST_CASE("import and export work through the server", "[cli][program]") {
    Program program;
    program.serve();
    import_and_export(program);
}

TEST_CASE("many lines go in and come out in order", "[cli][program]") {
    Program program;
    auto const file = program.scratch("many.jsonl");
    std::vector<std::string> lines;
    for (int i = 0; i < 1234; ++i) {
        lines.push_back(boost::json::serialize(boost::json::value{
            {"content", "memory number " + std::to_string(i)}, {"sequence", i}}));
    }
    write_lines(file, lines);
    auto const in_order = [&] {
        auto const all = program.must("export").out;
        std::istringstream input{all};
        int next = 0;
        for (std::string line; std::getline(input, line); ++next) {
            REQUIRE(boost::json::parse(line).at("sequence") == next);
        }
        CHECK(next == 1234);
    };
    SECTION("without a server") {
        program.must("import '" + file.string() + "'");
        in_order();
    }
    SECTION("through a server") {
        program.serve();
        program.must("import '" + file.string() + "'");
        in_order();
    }
}

TEST_CASE("an export through the server is that of the directory", "[cli][program]") {
    Program program;
    auto const file = program.scratch("in.jsonl");
    write_lines(
        file,
        {R"({"id":"0b8a3d0e-0000-4000-8000-000000000001","content":"old","title":"t","kind":"decision",)"
         R"("superseded_at":"2026-01-02T00:00:00Z",)"
         R"("superseded_by":"0b8a3d0e-0000-4000-8000-000000000002"})",
         R"({"id":"0b8a3d0e-0000-4000-8000-000000000002","content":"new",)"
         R"("derived_from":["0b8a3d0e-0000-4000-8000-000000000001"]})"});
    program.must("import --keep-ids '" + file.string() + "'");
    auto const exported = program.must("export").out;
    CHECK(exported.find("superseded_by") != std::string::npos);
    CHECK(exported.find("derived_from") != std::string::npos);
    program.serve();
    CHECK(program.must("export").out == exported);
    auto const refused = program.run("import '" + file.string() + "'");
    CHECK(refused.code == 1);
    CHECK(refused.error.find("line 1: ") != std::string::npos);
    CHECK(refused.error.find("title") != std::string::npos);
}

TEST_CASE("ids and times of an export are kept when asked for", "[cli][program]") {
    Program program;
    program.must("remember something");
    auto const exported = program.must("export").out;
    std::ofstream{program.scratch("copy.jsonl")} << exported;
    Program other;
    auto const line = "import --keep-ids '" + program.scratch("copy.jsonl").string() + "'";
    other.must(line);
    auto const before = boost::json::parse(exported);
    auto const after = boost::json::parse(other.must("export").out);
    CHECK(after.at("id") == before.at("id"));
    CHECK(after.at("created_at") == before.at("created_at"));
    other.serve();
    auto const refused = other.run(line);
    CHECK(refused.code == 1);
    CHECK(refused.error.find("stop the server") != std::string::npos);
}

TEST_CASE("what is remembered without a server is found with one, and after a restart",
          "[cli][program]") {
    Program program;
    program.must("remember 'written by the library'");
    auto& server = program.serve();
    CHECK(program.must("recall library").out.find("written by the library") != std::string::npos);
    program.must("remember 'written by the server'");
    CHECK(server.terminate() == 0);
    CHECK(program.must("recall server").out.find("written by the server") != std::string::npos);
    program.serve();
    CHECK(program.must("recall written --json").json().at("items").as_array().size() == 2);
}

} // namespace
} // namespace loci::tests
