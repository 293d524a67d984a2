#include "mpienc/view/table.hpp"

#include <algorithm>
#include <numeric>

#include "mpienc/report/text_columns.hpp"

namespace mpienc::view {

namespace {

struct Shown {
  std::size_t place = 0, width = 0;
};

std::size_t total(const std::vector<Shown>& shown) {
  const auto widths = std::accumulate(shown.begin(), shown.end(), std::size_t{0},
                                      [](std::size_t sum, const Shown& one) { return sum + one.width; });
  return widths + (shown.empty() ? 0 : shown.size() - 1);
}

std::vector<Shown> natural(const std::vector<Column>& columns,
                           const std::vector<std::vector<std::string>>& cells) {
  std::vector<Shown> shown;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    auto width = std::max(columns[i].least, columns[i].title.size());
    for (const auto& row : cells) width = std::max(width, report::columns_of(row[i]));
    shown.push_back({i, width});
  }
  return shown;
}

void squeeze(const std::vector<Column>& columns, std::vector<Shown>& shown, std::size_t width) {
  for (auto& one : shown) {
    const auto& column = columns[one.place];
    if (!column.elastic || total(shown) <= width) continue;
    const auto spare = one.width - std::min(one.width, std::max(column.least, column.title.size()));
    one.width -= std::min(spare, total(shown) - width);
  }
}

void fit(const std::vector<Column>& columns, std::vector<Shown>& shown, std::size_t width) {
  const auto before = shown;
  squeeze(columns, shown, width);
  while (total(shown) > width && shown.size() > 1) {
    const auto by_importance = [&](const Shown& a, const Shown& b) {
      return columns[a.place].importance < columns[b.place].importance;
    };
    shown.erase(std::ranges::min_element(shown, by_importance));
    for (auto& one : shown) one.width = before[one.place].width;
    squeeze(columns, shown, width);
  }
  if (total(shown) > width) shown.front().width = width;
}

template <class Cell>
std::string line(const std::vector<Column>& columns, const std::vector<Shown>& shown, const Cell& cell) {
  std::string text;
  for (const auto& one : shown) {
    if (&one != &shown.front()) text += ' ';
    text += report::fitted(cell(one.place), one.width, columns[one.place].right);
  }
  return text;
}

}  // namespace

Table make_table(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& cells,
                 std::size_t width) {
  auto shown = natural(columns, cells);
  fit(columns, shown, width);
  Table table;
  table.head = line(columns, shown, [&](std::size_t i) { return columns[i].title; });
  for (const auto& row : cells) {
    table.rows.push_back(line(columns, shown, [&](std::size_t i) { return row[i]; }));
  }
  return table;
}

}  // namespace mpienc::view
