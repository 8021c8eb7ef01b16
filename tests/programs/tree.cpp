#include "tests/programs/tree.h"

namespace ipdk::tests {

namespace {

using Kind = Tree::Kind;

// A literal of a type that is written "bit<8>", "int<8>" or "bool"; "" for others.
std::string Zero(const std::string& type) {
  if (type == "bool") return "false";
  if (type.starts_with("bit<")) return type.substr(4, type.size() - 5) + "w0";
  if (type.starts_with("int<")) return type.substr(4, type.size() - 5) + "s0";
  return "";
}

Tree* At(Tree& tree, const std::vector<size_t>& path) {
  Tree* at = &tree;
  for (const size_t i : path) {
    if (i >= at->parts.size()) return nullptr;
    at = &at->parts[i];
  }
  return at;
}

// The next place in preorder; below the current one first, unless `over` it.
bool Next(const Tree& tree, std::vector<size_t>* path, bool over) {
  Tree& root = const_cast<Tree&>(tree);
  const Tree* here = At(root, *path);
  if (!over && here != nullptr && !here->parts.empty()) {
    path->push_back(0);
    return true;
  }
  while (!path->empty()) {
    const size_t i = path->back();
    path->pop_back();
    if (i + 1 < At(root, *path)->parts.size()) {
      path->push_back(i + 1);
      return true;
    }
  }
  return false;
}

// Trees below `tree` that may stand for it.
void Candidates(const Tree& tree, const Tree& part, std::vector<const Tree*>* out) {
  for (const Tree& p : part.parts) {
    if (out->size() >= 6) return;
    if (tree.kind == Kind::kOptional && p.kind == Kind::kStatements) {
      out->push_back(&p);
    } else if (tree.kind == Kind::kExpression && p.kind == Kind::kExpression &&
               p.type == tree.type) {
      out->push_back(&p);
    } else {
      Candidates(tree, p, out);
    }
  }
}

}  // namespace

void Tree::PrintTo(std::string* out) const {
  if (parts.empty()) *out += token;
  for (const Tree& part : parts) part.PrintTo(out);
}

std::string Tree::Print() const {
  std::string flat, out;
  PrintTo(&flat);
  int depth = 0;
  for (size_t at = 0; at < flat.size();) {
    size_t end = flat.find('\n', at);
    if (end == std::string::npos) end = flat.size();
    const std::string line = flat.substr(at, end - at);
    at = end + 1;
    if (line.empty()) continue;
    if (line[0] == '}') --depth;
    out.append(static_cast<size_t>(std::max(depth, 0)) * 4, ' ').append(line).push_back('\n');
    if (line.back() == '{') ++depth;
  }
  return out;
}

Tree Shrink(Tree tree, const std::function<bool(const Tree&)>& fails, size_t tries) {
  const auto better = [&](const Tree& candidate) {
    if (tries == 0) return false;
    --tries;
    return fails(candidate);
  };
  for (bool again = true; again && tries > 0;) {
    again = false;
    std::vector<size_t> path;
    for (bool more = Next(tree, &path, false); more && tries > 0;) {
      const Tree* here = At(tree, path);
      std::vector<Tree> options;
      if (here->kind == Kind::kOptional && !here->parts.empty()) options.emplace_back("");
      if (here->kind == Kind::kExpression && !Zero(here->type).empty() &&
          !(here->parts.size() == 1 && here->parts[0].token == Zero(here->type)))
        options.emplace_back(Kind::kExpression, std::vector<Tree>{Zero(here->type)}, here->type);
      std::vector<const Tree*> inside;
      Candidates(*here, *here, &inside);
      for (const Tree* part : inside) options.push_back(*part);
      bool changed = false;
      for (Tree& option : options) {
        Tree candidate = tree;
        *At(candidate, path) = std::move(option);
        if (!better(candidate)) continue;
        tree = std::move(candidate);
        again = changed = true;
        break;
      }
      more = Next(tree, &path, changed && At(tree, path)->parts.empty());
    }
  }
  return tree;
}

}  // namespace ipdk::tests
