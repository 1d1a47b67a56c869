#include <algorithm>
#include <pugixml.hpp>
#include <span>
#include <sstream>

#include "fuse/fdx.h"
#include "fuse/internal/fdx_types.h"

namespace cineloom {
namespace {

using enum ElementKind;

bool is_speech(const ScreenplayElement& element) {
  return element.kind == Dialogue || element.kind == Parenthetical || element.kind == Lyrics || element.kind == Note;
}

/// First index behind the speech whose name stands at `name`.
std::size_t end_of_speech(std::span<const ScreenplayElement> elements, std::size_t name) {
  std::size_t end = name + 1;
  while (end < elements.size() && is_speech(elements[end])) ++end;
  return end;
}

void add_text(pugi::xml_node paragraph, const std::string& text) { paragraph.append_child("Text").append_child(pugi::node_pcdata).set_value(text.c_str()); }

std::string_view type_name(const ScreenplayElement& element) {
  const auto fits = [&](const fuse::FdxType& type) {
    return type.kind == element.kind && (type.kind != Section || type.depth == std::clamp(element.depth, 1, 6));
  };
  const auto* type = std::ranges::find_if(fuse::kFdxTypes, fits);
  return element.kind == Centered || type == fuse::kFdxTypes.end() ? "Action" : type->name;
}

std::string shown_text(const ScreenplayElement& element) {
  if (element.kind == Parenthetical) return "(" + element.text + ")";
  if (element.kind == CharacterCue && !element.extension.empty()) return element.text + " (" + element.extension + ")";
  return element.text;
}

void write_note(pugi::xml_node paragraph, const std::string& text) { add_text(paragraph.append_child("ScriptNote").append_child("Paragraph"), text); }

pugi::xml_node write_paragraph(pugi::xml_node parent, const ScreenplayElement& element) {
  pugi::xml_node paragraph = parent.append_child("Paragraph");
  paragraph.append_attribute("Type") = std::string(type_name(element)).c_str();
  if (element.kind == Centered) paragraph.append_attribute("Alignment") = "Center";
  if (!element.scene_number.empty()) paragraph.append_attribute("Number") = element.scene_number.c_str();
  if (element.kind == Note) {
    write_note(paragraph, element.text);
  } else {
    add_text(paragraph, shown_text(element));
  }
  return paragraph;
}

void write_speeches(pugi::xml_node content, std::span<const ScreenplayElement> speeches) {
  const bool is_dual = std::ranges::any_of(speeches, &ScreenplayElement::is_dual);
  pugi::xml_node parent = is_dual ? content.append_child("Paragraph").append_child("DualDialogue") : content;
  for (const ScreenplayElement& element : speeches) write_paragraph(parent, element);
}

void write_content(pugi::xml_node content, std::span<const ScreenplayElement> elements) {
  bool starts_page = false;
  for (std::size_t i = 0; i < elements.size();) {
    const ScreenplayElement& element = elements[i];
    if (element.kind == PageBreak || element.kind == Boneyard) {
      starts_page = starts_page || element.kind == PageBreak;
      ++i;
      continue;
    }
    const pugi::xml_node last = content.last_child();
    if (element.kind == CharacterCue) {
      std::size_t end = end_of_speech(elements, i);
      const bool has_twin = end < elements.size() && elements[end].kind == CharacterCue && elements[end].is_dual;
      if (has_twin) end = end_of_speech(elements, end);
      write_speeches(content, elements.subspan(i, end - i));
      i = end;
    } else {
      write_paragraph(content, element);
      ++i;
    }
    pugi::xml_node written = last ? last.next_sibling() : content.first_child();
    if (starts_page && !written.child("DualDialogue")) written.append_attribute("StartsNewPage") = "Yes";
    starts_page = false;
  }
}

void write_title_page(pugi::xml_node root, std::span<const TitlePageEntry> entries) {
  if (entries.empty()) return;
  pugi::xml_node content = root.append_child("TitlePage").append_child("Content");
  for (const TitlePageEntry& entry : entries) {
    pugi::xml_node paragraph = content.append_child("Paragraph");
    const bool is_centered = entry.key != "Contact" && entry.key != "Copyright" && entry.key != "Draft date";
    paragraph.append_attribute("Alignment") = is_centered ? "Center" : "Left";
    std::string text;
    for (const std::string& value : entry.values) text += (text.empty() ? "" : "\n") + value;
    add_text(paragraph, text);
  }
}

}  // namespace

std::string write_fdx(const Screenplay& screenplay) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  declaration.append_attribute("standalone") = "no";
  pugi::xml_node root = document.append_child("FinalDraft");
  root.append_attribute("DocumentType") = "Script";
  root.append_attribute("Template") = "No";
  root.append_attribute("Version") = "5";
  write_content(root.append_child("Content"), screenplay.elements);
  write_title_page(root, screenplay.title_page);
  std::ostringstream text;
  document.save(text, "  ", pugi::format_default, pugi::encoding_utf8);
  return std::move(text).str();
}

}  // namespace cineloom
