// Fills a prompt with what fits into a token budget: `context_window DIRECTORY BUDGET QUESTION`.

#include <cstdlib>
#include <iostream>
#include <loci/loci.hpp>

namespace {

void introduce(loci::memory::ScopedMemory const& memory) {
    for (auto const* text : {
             "The kitchen is being painted green until Friday",
             "Green tea is kept in the left cupboard",
             "The dog may have no cheese",
             "Grandmother visits on the first Sunday of the month",
             "The spare key hangs behind the barometer",
         }) {
        memory.write({.content = text}).value();
    }
    // Never put before a model unless it is asked for.
    memory
        .write({.content = "The code of the kitchen safe is written on the barometer",
                .sensitivity = loci::memory::Sensitivity::critical})
        .value();
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: context_window DIRECTORY BUDGET QUESTION\n";
        return 2;
    }
    auto const loci = loci::open({.directory = argv[1]});
    if (!loci) {
        std::cerr << loci.error().message << '\n';
        return 1;
    }
    auto const house = loci->in({.user = "house", .space = "household"});
    if (house.count().value() == 0) {
        introduce(house);
    }

    loci::memory::ContextQuery query{.recall = {.query = argv[3]},
                                     .token_budget = std::strtoul(argv[2], nullptr, 10)};
    query.recall.filter.view.critical = false;
    auto const window = house.context_window(query).value();

    std::cout << "Known about the house:\n" << window.text;
    std::cout << '(' << window.tokens_used << " of " << query.token_budget << " tokens, "
              << window.omitted << " left out)\n";
    return window.tokens_used <= query.token_budget ? 0 : 1;
}
