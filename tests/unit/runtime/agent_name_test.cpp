#include <catch2/catch.hpp>
#include <identity/agent_name.hpp>
#include <set>

namespace loci::runtime {
namespace {

TEST_CASE("an agent's name is derived from any text", "[runtime][agent]") {
    CHECK(derive_agent_name("My laptop (work)") == "My-laptop-work");
    CHECK(derive_agent_name("  ci.build_7 ") == "ci.build_7");
    CHECK(derive_agent_name("日本語") == "agent");
    CHECK(derive_agent_name("") == "agent");
    auto const cut = derive_agent_name(std::string(200, 'x'));
    CHECK(cut.size() == 50);
    CHECK(is_agent_name(cut));
}

TEST_CASE("names have 1 to 64 plain characters", "[runtime][agent]") {
    CHECK(is_agent_name("A-z.0_9"));
    CHECK(is_agent_name(std::string(64, 'a')));
    CHECK_FALSE(is_agent_name(std::string(65, 'a')));
    CHECK_FALSE(is_agent_name(""));
    CHECK_FALSE(is_agent_name("my agent"));
    CHECK_FALSE(is_agent_name("agént"));
    CHECK(fold_agent_name("My-Agent.1") == "my-agent.1");
}

TEST_CASE("a taken name gets a suffix", "[runtime][agent]") {
    std::set<std::string> taken;
    auto const is_taken = [&](std::string const& name) { return taken.contains(name); };
    Uuid const id{*parse_uuid("01890a5d-ac96-774b-bcce-b302099a8057")};
    CHECK(free_agent_name("ci", id, is_taken) == "ci");
    taken = {"ci", "ci-2"};
    CHECK(free_agent_name("ci", id, is_taken) == "ci-3");
    for (int i = 2; i < 100; ++i) {
        taken.insert("ci-" + std::to_string(i));
    }
    CHECK(free_agent_name("ci", id, is_taken) == "ci-b302099a8057");
    CHECK(free_agent_name("Default", id, [](auto const&) { return false; }) == "Default-2");
    CHECK(free_agent_name(derive_agent_name(std::string(99, 'x')), id, [](auto const&) {
              return true;
          }).size() <= longest_agent_name);
}

} // namespace
} // namespace loci::runtime
