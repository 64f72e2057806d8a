#include "unit/runtime/fixture.hpp"

namespace loci::tests {
namespace {

using namespace runtime;
using std::chrono::seconds;

TEST_CASE("every key has an agent from its first moment on", "[runtime][agents]") {
    IdentityFixture fixture;
    auto const first = fixture.key_of(fixture.owner, {.name = "my laptop"});
    auto const second = fixture.key_of(fixture.owner, {.name = "My Laptop"});
    auto const agent = fixture.identity->agent_of(first.caller).value();
    CHECK(to_string(agent.id).starts_with("agt_"));
    CHECK(agent.type == AgentType::custom);
    CHECK(agent.name == "my-laptop");
    CHECK(agent.coordinate == first.caller.agent);
    CHECK_FALSE(agent.registered);
    CHECK(agent.capabilities.text() == "{}");
    CHECK(fixture.identity->agent_of(second.caller)->name == "My-Laptop-2");
    CHECK(fixture.identity->agent_of(fixture.owner).error().reason == "AGENT_NOT_FOUND");
}

TEST_CASE("registering names the worker but keeps its coordinate", "[runtime][agents]") {
    IdentityFixture fixture;
    auto const access = fixture.key_of(fixture.owner, {.name = "key"});
    auto const first =
        fixture.identity
            ->register_agent(access.caller, {.type = AgentType::claude,
                                             .name = "my-agent",
                                             .version = "1.0.0",
                                             .capabilities = *JsonObject::parse(R"({"a":1})")})
            .value();
    CHECK(first.first);
    CHECK(first.agent.registered);
    CHECK(first.agent.name == "my-agent");
    CHECK(first.agent.coordinate == "key");

    auto const again =
        fixture.identity->register_agent(access.caller, {.type = AgentType::codex}).value();
    CHECK_FALSE(again.first);
    CHECK(again.agent.id == first.agent.id);
    CHECK(again.agent.type == AgentType::codex);
    CHECK(again.agent.name == "my-agent");
    CHECK(again.agent.version == "1.0.0");
    CHECK(again.agent.capabilities.text() == R"({"a":1})");

    fixture.open();
    CHECK(fixture.identity->agent_of(access.caller)->name == "my-agent");
    CHECK(fixture.identity->authenticate(access.secret)->caller.agent == "key");
}

TEST_CASE("faulty registrations are refused by field", "[runtime][agents]") {
    IdentityFixture fixture;
    auto const access = fixture.key_of(fixture.owner, {.name = "key"});
    auto const field = [&](AgentRegistration const& registration) {
        auto const result = fixture.identity->register_agent(access.caller, registration);
        REQUIRE_FALSE(result);
        CHECK_FALSE(std::holds_alternative<std::monostate>(result.error().fields.at(0).limit));
        return result.error().fields.at(0).path;
    };
    CHECK(field({.name = "my agent"}) == "agentName");
    CHECK(field({.name = ""}) == "agentName");
    CHECK(field({.version = std::string(65, '1')}) == "agentVersion");
    CHECK(field({.version = ""}) == "agentVersion");
    CHECK(field({.version = "\xff"}) == "agentVersion");
    auto const large = R"({"a":")" + std::string(16 * 1024, 'x') + R"("})";
    CHECK(field({.capabilities = JsonObject::trusted(large)}) == "capabilities");
    CHECK_FALSE(fixture.identity->agent_of(access.caller)->registered);

    auto const viewer = fixture.add_member(Role::viewer, fixture.owner_tenant());
    auto const weak = fixture.key_of(viewer, {.name = "viewer"});
    auto const refused = fixture.identity->register_agent(weak.caller, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().reason == "INSUFFICIENT_ROLE");
}

TEST_CASE("a registered name is taken, an implicit one yields", "[runtime][agents]") {
    IdentityFixture fixture;
    auto const laptop = fixture.key_of(fixture.owner, {.name = "laptop"});
    auto const other = fixture.key_of(fixture.owner, {.name = "other"});
    REQUIRE(fixture.identity->register_agent(other.caller, {.name = "Laptop"}));
    CHECK(fixture.identity->agent_of(laptop.caller)->name == "Laptop-2");
    CHECK(fixture.identity->agent_of(laptop.caller)->coordinate == "laptop");

    auto const refused = fixture.identity->register_agent(laptop.caller, {.name = "LAPTOP"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::conflict);
    CHECK(refused.error().reason == "AGENT_NAME_TAKEN");

    auto const elsewhere = fixture.add_member(Role::owner);
    auto const foreign = fixture.key_of(elsewhere, {.name = "foreign"});
    CHECK(fixture.identity->register_agent(foreign.caller, {.name = "Laptop"}));
}

TEST_CASE("a rotated key takes its agent along", "[runtime][agents]") {
    IdentityFixture fixture;
    auto const old_key = fixture.key_of(fixture.owner, {.name = "old"});
    auto const registered =
        fixture.identity->register_agent(old_key.caller, {.name = "worker", .version = "7"})
            .value();
    REQUIRE(fixture.identity->revoke_key(fixture.owner, old_key.key));
    auto const new_key = fixture.key_of(fixture.owner, {.name = "new"});
    auto const moved = fixture.identity->register_agent(new_key.caller, {.name = "worker"}).value();
    CHECK(moved.agent.id == registered.agent.id);
    CHECK(moved.agent.coordinate == "old");
    CHECK(moved.agent.version == "7");
    CHECK(moved.first);
    CHECK(fixture.identity->authenticate(new_key.secret)->caller.agent == "old");
}

TEST_CASE("a dead key's name is free for somebody else, without the agent", "[runtime][agents]") {
    IdentityFixture fixture;
    auto const old_key = fixture.key_of(fixture.owner, {.name = "old"});
    auto const registered =
        fixture.identity->register_agent(old_key.caller, {.name = "worker"}).value();
    REQUIRE(fixture.identity->revoke_key(fixture.owner, old_key.key));
    auto const member = fixture.add_member(Role::member, fixture.owner_tenant());
    auto const key = fixture.key_of(member, {.name = "mine"});
    auto const taken = fixture.identity->register_agent(key.caller, {.name = "worker"}).value();
    CHECK(taken.agent.id != registered.agent.id);
    CHECK(taken.agent.coordinate == "mine");
    CHECK(taken.agent.name == "worker");
}

TEST_CASE("status follows the last authenticated call", "[runtime][agents]") {
    IdentityFixture fixture;
    auto const access = fixture.key_of(fixture.owner, {.name = "key"});
    auto const used = fixture.clock.now();
    auto const status_after = [&](std::chrono::microseconds time) {
        fixture.clock.set(used + time);
        return fixture.identity->agent_of(access.caller)->status;
    };
    CHECK(status_after(seconds{0}) == AgentStatus::online);
    CHECK(status_after(seconds{89}) == AgentStatus::online);
    CHECK(status_after(seconds{90}) == AgentStatus::stale);
    CHECK(status_after(seconds{299}) == AgentStatus::stale);
    CHECK(status_after(seconds{300}) == AgentStatus::offline);
    REQUIRE(fixture.identity->authenticate(access.secret));
    CHECK(fixture.identity->agent_of(access.caller)->status == AgentStatus::online);
}

TEST_CASE("agents are found by user and coordinate", "[runtime][agents]") {
    IdentityFixture fixture;
    auto const access = fixture.key_of(fixture.owner, {.name = "key"});
    auto const member = fixture.add_member(Role::member, fixture.owner_tenant());
    auto const other = fixture.key_of(member, {.name = "other"});
    std::vector<AgentCoordinate> const asked{{fixture.owner.user, "key"},
                                             {fixture.owner.user, "other"},
                                             {member.user, "other"},
                                             {fixture.owner.user, "key"},
                                             {"local", "key"}};
    auto const ids = fixture.identity->agent_ids(fixture.owner, asked).value();
    auto const own = fixture.identity->agent_of(access.caller)->id;
    REQUIRE(ids.size() == 5);
    CHECK(ids[0] == own);
    CHECK_FALSE(ids[1]);
    CHECK(ids[2] == fixture.identity->agent_of(other.caller)->id);
    CHECK(ids[3] == own);
    CHECK_FALSE(ids[4]);

    auto const stranger = fixture.add_member(Role::owner);
    CHECK_FALSE(fixture.identity->agent_ids(stranger, asked).value()[0]);
}

TEST_CASE("types are the words of the client", "[runtime][agents]") {
    for (auto const* word :
         {"chatgpt", "claude", "gemini", "grok", "deepseek", "codex", "cursor", "custom"}) {
        CHECK(to_string(*parse_agent_type(word)) == std::string{word});
    }
    CHECK_FALSE(parse_agent_type("Claude"));
}

} // namespace
} // namespace loci::tests
