// What changed, and what was known when: `as_of DIRECTORY`.

#include <iostream>
#include <loci/loci.hpp>

namespace {

void print(char const* heading, loci::memory::Recall const& answer) {
    std::cout << heading << '\n';
    for (auto const& hit : answer) {
        std::cout << "  " << hit.memory.content << '\n';
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: as_of DIRECTORY\n";
        return 2;
    }
    auto const loci = loci::open({.directory = argv[1]});
    if (!loci) {
        std::cerr << loci.error().message << '\n';
        return 1;
    }
    auto const contacts = loci->in({.user = "bo", .space = "contacts"});

    auto const old = contacts.write({.content = "Mira works at the harbour office"}).value();
    auto const before = old.recorded_at;
    auto const moved = contacts.write({.content = "Mira works at the observatory"}).value();
    contacts.supersede(old.id, moved.id).value();

    loci::memory::RecallQuery question{.query = "where does Mira work?"};
    print("Now:", contacts.recall(question).value());

    question.filter.as_of = before;
    print("When the first was written:", contacts.recall(question).value());

    question.filter.as_of.reset();
    question.filter.view.superseded = true;
    print("Now, with what was superseded:", contacts.recall(question).value());
}
