/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shows the data of the page: the link map as link_map_json.c writes it, as rows. Texts become
 * nodes by textContent alone, so that no name can be HTML. A view is made when it is first shown,
 * and tables show a part of their rows, so that the page of a thousand objects opens at once.
 */
"use strict";

const ROWS_AT_ONCE = 200;
const TILES_MAX = 300; // of a level of the treemap; the smallest are one tile
const STACK_MAX = 512;
const FRAMES_MAX = 8;
const TREE_MAX = 256; // functions of a program that kernels take

// ---------------------------------------------------------------------------------------------
// Data

// Keys whose values are numbers of names.
const NAMED = new Set(["name", "symbol", "input", "section", "kind", "reason", "key", "value", "type",
	"map_flags", "pinning", "resolver", "because", "static"]);
const NAMED_LISTS = new Set(["users", "inputs"]);
const data = read(JSON.parse(document.getElementById("data").textContent));

function read(raw) {
	const names = raw.names;

	function value(key, v) {
		if (v === null)
			return v;
		if (Array.isArray(v))
			return Array.isArray(v[0]) ? rows(v) : NAMED_LISTS.has(key) ? v.map(n => names[n]) : v;
		if (typeof v === "object")
			return object(v);
		return NAMED.has(key) ? names[v] : v;
	}
	function object(o) {
		return Object.fromEntries(Object.entries(o).map(([k, v]) => [k, value(k, v)]));
	}
	// The last row has the keys.
	function rows(list) {
		const keys = list[list.length - 1];

		return list.slice(0, -1).map(row => {
			const o = {};
			keys.forEach((k, i) => { o[k] = value(k, row[i]); });
			return o;
		});
	}
	const top = {};
	for (const [k, v] of Object.entries(raw)) {
		if (k !== "names")
			top[k] = Array.isArray(v) ? rows(v.length ? v : [[]]) : object(v);
	}
	return top;
}

// What several views ask for.
for (const program of data.programs)
	for (const map of program.maps)
		(data.maps[map].programs ||= []).push(program);
// Names of inputs are shown without the folder that all of them are in.
const folder = data.inputs.map(i => i.name.slice(0, i.name.lastIndexOf("/", i.name.search(/\(|$/)) + 1))
	.reduce((common, each) => {
		while (!each.startsWith(common))
			common = common.slice(0, common.lastIndexOf("/", common.length - 2) + 1);
		return common;
	});
const inputName = text => text?.startsWith(folder) ? text.slice(folder.length) : text || "";
const callName = f => f.name || f.symbol || "(no name)";
const sum = (list, key) => list.reduce((total, e) => total + (e[key] || 0), 0);
const frame = f => Math.ceil(f.stack / 16) * 16;
const count = n => Number(n).toLocaleString("en");
const plural = (n, one, many = one + "s") => `${count(n)} ${n === 1 ? one : many}`;

function bytes(n) {
	if (n < 1024)
		return plural(n, "byte");
	for (const unit of ["KiB", "MiB", "GiB"]) {
		n /= 1024;
		if (n < 1024 || unit === "GiB")
			return `${n.toFixed(n < 10 ? 1 : 0)} ${unit}`;
	}
}

const share = (part, all) => all ? `${(100 * part / all).toFixed(1)} %` : "–";

// Prefixes that most values have.
const short = (text, prefix) => (text || "").split(prefix).join("");

// ---------------------------------------------------------------------------------------------
// Elements

function el(tag, properties = {}, ...children) {
	const node = document.createElement(tag);

	for (const [key, value] of Object.entries(properties)) {
		if (key.startsWith("on"))
			node.addEventListener(key.slice(2), value);
		else if (value !== undefined && value !== null && value !== false)
			node.setAttribute(key, value === true ? "" : value);
	}
	node.append(...children.filter(c => c !== null && c !== undefined));
	return node;
}

const name = text => el("span", { class: "name" }, text);
const link = (view, text, query = text) =>
	el("a", { class: "name", href: `#${view}?${encodeURIComponent(query)}` }, text);

const inputLink = text => link("inputs", inputName(text));

function bar(part, all) {
	const fill = el("i", { class: part > all ? "over" : "" });

	fill.style.width = `${Math.min(100, all ? 100 * part / all : 0)}%`;
	return el("span", { class: "bar", "aria-hidden": "true" }, fill);
}

function list(items, show) {
	return el("ul", { class: "list" }, ...items.map(i => el("li", {}, show(i))));
}

// ---------------------------------------------------------------------------------------------
// Tables

/*
 * A table that can be searched and sorted. A column has a `title`; `text` of a row, which is
 * searched and, without `number`, sorted; `number`; `unit`; `show`, a node; `total`, of all rows.
 * `details` of a row is a node, or null when there is nothing more to say. It is made when its row
 * is opened.
 */
class Table {
	constructor({ label, rows, columns, details, empty, order, descending = true }) {
		Object.assign(this, { label, rows, columns, details, empty, order, descending });
		this.shown = ROWS_AT_ONCE;
		this.body = el("tbody");
		this.status = el("span", { class: "status", role: "status" });
		this.search = el("input", {
			type: "search", "aria-label": `Search in ${label}`, placeholder: "Search",
			oninput: () => { this.shown = ROWS_AT_ONCE; this.fill(); },
		});
		this.more = el("button", {
			class: "plain", type: "button",
			onclick: () => { this.shown *= 5; this.fill(); },
		}, "Show more rows");
		this.heads = columns.map((column, i) => this.head(column, i));
		this.node = rows.length ? this.build() : el("p", {}, empty);
		if (rows.length)
			this.fill();
	}
	build() {
		const foot = this.columns.some(c => c.total) ?
			el("tfoot", {}, el("tr", {}, ...this.columns.map((c, i) => i ?
				el("td", { class: "number" }, c.total ? count(c.total) : "") :
				el("th", { scope: "row" }, "All")))) : null;
		const table = el("table", { "aria-label": this.label },
			el("thead", {}, el("tr", {}, ...this.heads)), this.body, foot);

		return el("div", {},
			el("div", { class: "tools" }, this.search, this.status),
			el("div", { class: "scroll", tabindex: "0", role: "region",
				"aria-label": this.label }, table),
			el("div", { class: "tools" }, this.more));
	}
	head(column, i) {
		const button = el("button", { type: "button", onclick: () => this.sort(i) },
			column.title, el("span", { class: "arrow", "aria-hidden": "true" }),
			column.unit ? el("small", {}, column.unit) : null);

		return el("th", { scope: "col", class: column.number ? "number" : "" }, button);
	}
	sort(i) {
		this.descending = this.order === i ? !this.descending : Boolean(this.columns[i].number);
		this.order = i;
		this.fill();
	}
	found() {
		const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
		const texts = this.columns.filter(c => c.text).map(c => c.text);
		const matches = row => {
			const all = texts.map(t => t(row)).join("\n").toLowerCase();
			return words.every(w => all.includes(w));
		};

		return words.length ? this.rows.filter(matches) : this.rows.slice();
	}
	ordered(rows) {
		if (this.order === undefined)
			return rows;
		const { number, text } = this.columns[this.order];
		const by = number ? (a, b) => (number(a) ?? -1) - (number(b) ?? -1) :
			(a, b) => text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0;

		rows.sort(this.descending ? (a, b) => by(b, a) : by);
		return rows;
	}
	fill() {
		const found = this.ordered(this.found());
		const shown = found.slice(0, this.shown);

		this.body.replaceChildren(...shown.flatMap(row => this.line(row)));
		this.heads.forEach((head, i) => {
			if (i === this.order)
				head.setAttribute("aria-sort", this.descending ? "descending" : "ascending");
			else
				head.removeAttribute("aria-sort");
		});
		this.status.textContent = shown.length < found.length ?
			`${count(shown.length)} of ${plural(found.length, "row")}` :
			plural(found.length, "row");
		this.more.hidden = shown.length === found.length;
	}
	cell(column, row, i) {
		const content = column.show ? column.show(row) :
			column.number ? (column.number(row) === null || column.number(row) === undefined ?
				"–" : count(column.number(row))) : column.text(row);

		return el(i ? "td" : "th", { class: column.number ? "number" : "text",
			scope: i ? null : "row" }, content);
	}
	line(row) {
		const line = el("tr", {}, ...this.columns.map((c, i) => this.cell(c, row, i)));
		let opened = null;

		if (!this.details || (row.plain ??= this.details(row, true)) === null)
			return [line];
		const button = el("button", {
			class: "more", type: "button", "aria-expanded": "false",
			"aria-label": `More about ${line.firstChild.textContent}`,
			onclick: () => {
				const open = !opened;

				if (open)
					line.after(opened = el("tr", { class: "details" },
						el("td", { colspan: this.columns.length },
							this.details(row))));
				else {
					opened.remove();
					opened = null;
				}
				button.setAttribute("aria-expanded", open);
			},
		});

		line.firstChild.prepend(button);
		return [line];
	}
}

// ---------------------------------------------------------------------------------------------
// Treemap

const KINDS = [
	["code", "code"], ["constant", "constants"], ["data", "variables"], ["zero", "zeroed variables"],
	["map", "map definitions"], ["other", "other"],
];

function kindOf(section) {
	if (section.instructions)
		return "code";
	for (const [pattern, kind] of [[/^\.rodata/, "constant"], [/^\.data/, "data"], [/^\.bss/, "zero"],
		[/^\.maps$/, "map"]]) {
		if (pattern.test(section.name))
			return kind;
	}
	return "other";
}

// Put the items, largest first, into the box, in rows that are as square as they get.
function squarify(items, box) {
	const total = sum(items, "size"), placed = [];
	let { x, y, width, height } = box, left = total, i = 0;

	while (i < items.length && width > 0 && height > 0) {
		const side = Math.min(width, height), scale = width * height / left;
		let row = 0, worst = Infinity, n = 0;

		for (; i + n < items.length; n++) {
			const grown = row + items[i + n].size, thick = grown * scale / side;
			const ratio = Math.max(...[items[i], items[i + n]].map(e => {
				const long = e.size * scale / thick;
				return Math.max(long / thick, thick / long);
			}));
			if (ratio > worst)
				break;
			worst = ratio;
			row = grown;
		}
		const thick = row * scale / side;
		let along = 0;
		for (const item of items.slice(i, i + n)) {
			const long = item.size * scale / thick;
			placed.push(width < height ?
				{ item, x: x + along, y, width: long, height: thick } :
				{ item, x, y: y + along, width: thick, height: long });
			along += long;
		}
		if (width < height) {
			y += thick;
			height -= thick;
		} else {
			x += thick;
			width -= thick;
		}
		left -= row;
		i += n;
	}
	return placed;
}

// The kind of all of them, if they have one.
const common_kind = items => items.every(i => i.kind === items[0].kind) ? items[0].kind : "other";

// A tree of groups: { name, size, kind, children }, children the largest first.
function group(leaves, keys) {
	const [key, ...rest] = keys, groups = new Map();

	if (!key)
		return leaves.sort((a, b) => b.size - a.size);
	for (const leaf of leaves) {
		if (!groups.has(leaf[key]))
			groups.set(leaf[key], []);
		groups.get(leaf[key]).push(leaf);
	}
	return [...groups].map(([text, members]) => ({ name: text, size: sum(members, "size"),
		kind: common_kind(members), children: () => group(members, rest) }))
		.sort((a, b) => b.size - a.size);
}

function leaves() {
	return data.sections.flatMap(section => section.atoms.filter(a => a.size).map(atom => ({
		name: atom.together ? `${plural(atom.together, "small piece")}` : atom.symbol || "(no name)",
		size: atom.size, kind: kindOf(section), section: section.name, input: inputName(atom.input),
	})));
}

const ways = {
	"Section, input": () => group(leaves(), ["section", "input"]),
	"Input, section": () => group(leaves(), ["input", "section"]),
	"BTF by input": () => data.inputs.filter(i => i.btf_output).map(i => ({
		name: inputName(i.name), size: i.btf_output, kind: "other",
	})).sort((a, b) => b.size - a.size),
};

class Treemap {
	constructor() {
		this.path = []; // of nodes
		this.way = el("select", { onchange: () => { this.path = []; this.draw(); } },
			...Object.keys(ways).map(w => el("option", {}, w)));
		this.crumbs = el("div", { class: "crumbs" });
		this.map = el("div", { class: "treemap", role: "group", "aria-label": "Treemap of bytes" });
		this.table = el("div");
		this.node = el("div", {},
			el("div", { class: "tools" }, el("label", {}, "By ", this.way)),
			this.crumbs, this.map,
			el("ul", { class: "legend" }, ...KINDS.map(([kind, text]) =>
				el("li", {}, el("i", { class: kind }), text))),
			this.table);
		this.made = {};
		addEventListener("resize", () => this.map.clientWidth && this.tiles());
	}
	root() {
		const way = this.way.value;

		return this.made[way] ||= { name: "everything", children: ways[way]() };
	}
	here() {
		const node = this.path[this.path.length - 1] || this.root();

		if (typeof node.children === "function")
			node.children = node.children();
		return node;
	}
	enter(node) {
		if (!node.children)
			return;
		this.path.push(node);
		this.draw();
		this.map.querySelector("button")?.focus();
	}
	draw() {
		const steps = [this.root(), ...this.path];

		this.crumbs.replaceChildren(...steps.flatMap((node, i) => [i ? " › " : "",
			i < steps.length - 1 ?
				el("button", { type: "button", onclick: () => {
					this.path.length = i;
					this.draw();
				} }, node.name) : el("strong", {}, node.name)]));
		this.tiles();
		this.draw_table();
	}
	tiles() {
		const all = this.here().children, total = sum(all, "size"), some = all.slice(0, TILES_MAX);
		const rest = all.slice(TILES_MAX);

		if (rest.length)
			some.push({ name: `${count(rest.length)} more`, size: sum(rest, "size"),
				kind: common_kind(rest), children: rest });
		const box = { x: 0, y: 0, width: this.map.clientWidth, height: this.map.clientHeight };
		this.map.replaceChildren(...squarify(some, box).map(place => this.tile(place, box, total)));
	}
	tile({ item, x, y, width, height }, box, total) {
		const text = `${item.name}, ${bytes(item.size)}, ${share(item.size, total)}`;
		const tile = el("button", { type: "button", class: item.kind, title: text, "aria-label": text,
			onclick: () => this.enter(item) });

		// Paper may be narrower.
		Object.assign(tile.style, { left: `${100 * x / box.width}%`, top: `${100 * y / box.height}%`,
			width: `${100 * width / box.width}%`, height: `${100 * height / box.height}%` });
		if (width > 36 && height > 16)
			tile.append(el("span", {}, item.name));
		if (width > 36 && height > 34)
			tile.append(el("span", {}, bytes(item.size)));
		return tile;
	}
	draw_table() {
		const node = this.here(), total = sum(node.children, "size");

		this.table.replaceChildren(new Table({
			label: `Bytes of ${node.name}`, rows: node.children, order: 1, empty: "Nothing has a size.",
			columns: [
				{ title: "Name", text: r => r.name, show: r => r.children ?
					el("button", { class: "more", type: "button",
						"aria-label": `Show what is in ${r.name}`,
						onclick: () => this.enter(r) }, name(r.name)) : name(r.name) },
				{ title: "Size", unit: "bytes", number: r => r.size, total },
				{ title: "Share", number: r => r.size,
					show: r => el("span", {}, share(r.size, total), bar(r.size, total)) },
			],
		}).node);
	}
}

// ---------------------------------------------------------------------------------------------
// Views

function section(title, text, ...nodes) {
	return el("div", {}, el("h2", {}, title), el("p", {}, text), ...nodes);
}

function figure(title, value, more) {
	return el("div", { class: "figure" }, el("dt", {}, title),
		el("dd", {}, value, el("small", {}, more)));
}

function worth_a_look() {
	const missing = data.externs.filter(e => e.resolver === "nobody").length;
	const deep = data.programs.filter(p => p.stack > STACK_MAX || p.frames > FRAMES_MAX).length;
	const again = data.programs.filter(p => p.recursive).length;
	const copies = data.duplicates.reduce((n, d) => n + d.together - d.size, 0);
	const unused = data.maps.filter(m => m.input && !m.programs).length;
	const notes = [];
	const note = (view, text) => notes.push(el("li", {}, el("a", { href: `#${view}` }, text)));

	if (missing)
		note("externs?nobody", `${plural(missing, "extern")} that nobody defines: no loader takes the output`);
	if (deep)
		note("programs", `${plural(deep, "program")} may need more stack or frames than kernels give`);
	if (again)
		note("programs", `${plural(again, "program")} with a function that calls itself`);
	if (unused)
		note("maps", `${plural(unused, "map")} that no program uses: --gc-sections with --gc-maps drops such`);
	if (copies)
		note("duplicates", `${bytes(copies)} of static variables are copies of others`);
	return notes.length ? el("ul", { class: "notes" }, ...notes) :
		el("p", {}, "Nothing: no copies, no unused maps, all externs are defined, programs fit into "
			+ "kernels' stack.");
}

// How much of all bytes is of each kind.
function kinds_bar(all) {
	const sizes = KINDS.map(([kind, text]) => ({ kind, text,
		size: sum(data.sections.filter(s => kindOf(s) === kind), "size") })).filter(k => k.size);
	const parts = sizes.map(({ kind, size }) => {
		const part = el("i", { class: kind });

		part.style.width = `${100 * size / all}%`;
		return part;
	});

	return el("div", {}, el("div", { class: "kinds", "aria-hidden": "true" }, ...parts),
		el("ul", { class: "legend" }, ...sizes.map(({ kind, text, size }) => el("li", {},
			el("i", { class: kind }), `${text}: ${bytes(size)}, ${share(size, all)}`))));
}

function overview() {
	const output = data.output, all = sum(data.sections, "size");
	const dropped = sum(data.dropped, "size"), folded = sum(data.folded, "size");

	return el("div", {},
		el("dl", { class: "figures" },
			figure("Output", bytes(output.size), `of ${bytes(sum(data.inputs, "size"))} in ${
				plural(data.inputs.length, "object")}`),
			figure("Code and data", bytes(all), `of ${bytes(sum(data.inputs, "content"))}`),
			figure("Instructions", count(sum(data.sections, "instructions")),
				`in ${plural(data.functions.length, "function")}`),
			figure("Programs", count(data.programs.length),
				data.programs.length ? `deepest stack ${plural(
					data.programs.reduce((n, p) => Math.max(n, p.stack), 0), "byte")}` : "none"),
			figure("Maps", count(data.maps.length), `${bytes(sum(data.maps, "memory"))} when full`),
			figure("BTF", bytes(output.btf), `of ${bytes(sum(data.inputs, "btf"))} in the objects`),
			figure("BTF types", count(data.types.output), `of ${count(data.types.inputs)}`),
			figure("Left out", bytes(dropped + folded),
				`${count(data.totals.dropped)} dropped, ${count(data.totals.folded)} folded`)),
		kinds_bar(all),
		section("Worth a look", "What a loader may refuse, or what could be smaller.", worth_a_look()),
		data.metadata.length ? section("Metadata", "What bpftool prog show prints of the programs.",
			new Table({ label: "Metadata", rows: data.metadata, columns: [
				{ title: "Key", text: r => r.key, show: r => name(r.key) },
				{ title: "Value", text: r => r.value || "", show: r => name(r.value || "(no text)") },
				{ title: "Input", text: r => inputName(r.input), show: r => inputLink(r.input) },
				{ title: "Size", unit: "bytes", number: r => r.size },
			] }).node) : null);
}

function sizes() {
	const rows = sum(data.sections.map(s => ({ n: s.atoms.length })), "n");

	return section("What takes how much?", "Bytes of code and data as they are in memory, zeroed variables "
		+ "included; or of BTF, which of several equal types counts the first, and no strings. "
		+ "A click shows what is in a part."
		+ (rows < data.totals.atoms ? ` Of ${count(data.totals.atoms)} pieces the smallest are together, by `
			+ "section and input: the page would be too large with all." : ""), (() => {
		const map = new Treemap();
		treemap = map;
		return map.node;
	})());
}
let treemap = null;

// The calls from a function on; what was shown before is not shown again.
function tree(index, shown) {
	const f = data.functions[index], seen = shown.has(index);
	const text = `${plural(f.instructions, "instruction")}, stack ${f.stack}`
		+ (f.added ? ` + ${f.added} that kernels add` : "")
		+ (f.tail_calls ? `, ${plural(f.tail_calls, "tail call")}` : "")
		+ (f.asynchronous ? ", a callback with a stack of its own" : "") + (seen ? ", see above" : "");
	const item = el("li", {}, name(callName(f)), " ", el("small", {}, text));

	shown.add(index);
	if (!seen && f.calls.length && shown.size < TREE_MAX)
		item.append(el("ul", { class: "tree" }, ...f.calls.map(c => tree(c, shown))));
	return item;
}

function program_details(p) {
	const way = p.way.map(i => data.functions[i]);

	return el("div", {},
		el("div", {}, "Deepest: ", ...way.flatMap((f, i) => [i ? " + " : "", name(callName(f)),
			` ${frame(f)}`]), ` = ${p.stack} of ${STACK_MAX} bytes`),
		p.maps.length ? el("div", {}, "Maps: ", ...p.maps.flatMap((m, i) => [i ? ", " : "",
			link("maps", callName(data.maps[m]))])) : null,
		el("ul", { class: "tree" }, tree(p.function, new Set())));
}

function programs() {
	return section("What does each program take?", "Instructions as libbpf loads them, each function once; the "
		+ "most stack and frames of any way through the calls, as kernels count them. A row opens to "
		+ "its calls, the maps that it uses, and the way that takes the most stack.",
	new Table({
		label: "Programs", rows: data.programs, order: 2, details: (p, plain) => plain || program_details(p),
		empty: "There are no programs.",
		columns: [
			{ title: "Program", text: p => callName(data.functions[p.function]),
				show: p => name(callName(data.functions[p.function])) },
			{ title: "Section", text: p => p.section, show: p => name(p.section) },
			{ title: "Instructions", number: p => p.instructions },
			{ title: "Functions", number: p => p.function_count },
			{ title: "Stack", unit: `bytes, of ${STACK_MAX}`, number: p => p.stack, show: p =>
				el("span", { class: p.stack > STACK_MAX ? "warn" : "" }, count(p.stack),
					bar(p.stack, STACK_MAX)) },
			{ title: "Frames", unit: `of ${FRAMES_MAX}`, number: p => p.frames, show: p =>
				el("span", { class: p.frames > FRAMES_MAX ? "warn" : "" },
					p.recursive ? "recursive" : count(p.frames)) },
			{ title: "Tail calls", number: p => p.tail_calls },
			{ title: "Maps", number: p => p.maps.length },
		],
	}).node);
}

function maps() {
	const users = m => m.programs || [];

	return section("Which maps are there, and who uses them?", "Maps that the objects define, and data sections, "
		+ "of which loaders make maps. Memory is that of keys and values when the map is full, on one CPU; "
		+ "kernels add to that. Where only the kernel knows it, there is none.",
	new Table({
		label: "Maps", rows: data.maps, order: 7, empty: "There are no maps.",
		details: (m, plain) => !users(m).length ? null : plain || el("div", {}, "Used by:",
			list(users(m), p => link("programs", callName(data.functions[p.function])))),
		columns: [
			{ title: "Map", text: callName, show: m => name(callName(m)) },
			{ title: "Type", text: m => m.input ? short(m.type, "BPF_MAP_TYPE_") : "data section" },
			{ title: "Key", unit: "bytes", number: m => m.key_size },
			{ title: "Value", unit: "bytes", number: m => m.value_size },
			{ title: "Entries", number: m => m.max_entries },
			{ title: "Flags", text: m => m.map_flags === "0" ? "" : short(m.map_flags, "BPF_F_") },
			{ title: "Pinning", text: m => short(m.pinning, "LIBBPF_PIN_").replace("NONE", "") },
			{ title: "Memory", unit: "bytes", number: m => m.memory, total: sum(data.maps, "memory") },
			{ title: "Programs", number: m => users(m).length },
			{ title: "Input", text: m => inputName(m.input), show: m => m.input ? inputLink(m.input) : "" },
		],
	}).node);
}

function inputs() {
	const numbers = [
		["File", "size", "bytes"], ["Code, data", "content", "bytes"],
		["Kept", "content_output", "bytes of code, data"], ["Types", "types", "in the object"],
		["New types", "types_output", "in the output"], ["BTF", "btf", "bytes"],
		["New BTF", "btf_output", "bytes in the output"],
	];

	return section("What does each object bring?", "A type that several objects have is new in the first of them. "
		+ "Strings of BTF, and its lists of what sections have, are nobody's.",
	new Table({
		label: "Inputs", rows: data.inputs, order: 1, empty: "There are no objects.",
		columns: [{ title: "Input", text: i => inputName(i.name), show: i => name(inputName(i.name)) },
			...numbers.map(([title, key, unit]) => ({ title, unit, number: i => i[key],
				total: sum(data.inputs, key) }))],
	}).node);
}

// What several inputs have: copies that stay, and those of which one is kept.
function repeated() {
	const all = data.duplicates.map(d => ({ symbol: d.symbol, section: d.section, state: "stays",
		why: "static: each is a variable of its own", copies: d.inputs.length, size: d.size,
		cost: d.together - d.size, inputs: d.inputs }));
	const groups = new Map();
	const add = (r, state, why, into) => {
		const key = JSON.stringify([state, r.symbol, r.section, r.kind, into]);

		if (!groups.has(key))
			groups.set(key, { symbol: r.symbol || "(no name)", section: r.section, state, why, copies: 1,
				size: r.size, cost: 0, inputs: into ? [into] : [] });
		const g = groups.get(key);
		g.copies++;
		g.cost += r.size;
		g.inputs.push(r.input);
	};

	for (const r of data.folded)
		add(r, "folded", r.kind, r.into.input);
	for (const r of data.dropped.filter(d => d.kind === "overridden"))
		add(r, "dropped", "another definition counts", r.reason);
	for (const g of groups.values()) {
		if (g.state === "dropped")
			g.inputs.shift();
		all.push(g);
	}
	return all;
}

function duplicates() {
	const all = repeated(), most = all.reduce((n, d) => Math.max(n, d.cost), 0);

	return section("What do several objects have?", "A static variable of a header is in each object that "
		+ "includes it, and stays. Of weak functions, licenses and equal constants one is kept. The last "
		+ "column is what the other copies take, or would.",
	new Table({
		label: "Duplicates", rows: all, order: 6, empty: "No object has what another has.",
		details: (d, plain) => plain || el("div", {}, "In:", list(d.inputs, inputLink)),
		columns: [
			{ title: "Name", text: d => d.symbol, show: d => name(d.symbol) },
			{ title: "Section", text: d => d.section, show: d => name(d.section) },
			{ title: "State", text: d => d.state, show: d =>
				el("span", { class: d.state === "stays" ? "warn" : "" }, d.state) },
			{ title: "Why", text: d => d.why },
			{ title: "Copies", number: d => d.copies },
			{ title: "Each", unit: "bytes", number: d => d.size },
			{ title: "Others", unit: "bytes", number: d => d.cost,
				show: d => el("span", {}, count(d.cost), bar(d.cost, most)) },
		],
	}).node);
}

function left_out() {
	const rows = [
		...data.dropped.map(r => ({ ...r, what: "dropped",
			why: folder ? short(r.reason, folder) : r.reason })),
		...data.folded.map(r => ({ ...r, what: "folded", why: `${r.kind}, the same as in '${inputName(r.into.input)}'` })),
	];
	const all = data.totals.dropped + data.totals.folded;

	return section("What is not in the output, and why?", "Dropped parts are needed by nothing, or their names mean "
		+ "others. Folded parts are the same as others, which took their places."
		+ (rows.length < all ? ` These are the largest of ${count(all)}.` : ""),
	new Table({
		label: "Left out", rows, order: 4, empty: "All of the objects is in the output.",
		columns: [
			{ title: "Name", text: r => r.symbol || "(no name)", show: r => name(r.symbol || "(no name)") },
			{ title: "Section", text: r => r.section, show: r => name(r.section) },
			{ title: "Input", text: r => inputName(r.input), show: r => inputLink(r.input) },
			{ title: "What", text: r => r.what },
			{ title: "Size", unit: "bytes", number: r => r.size, total: sum(rows, "size") },
			{ title: "Why", text: r => r.why },
		],
	}).node);
}

function resolver(e) {
	return { kernel: "the kernel (.ksyms)", kconfig: "the kernel's configuration (.kconfig)",
		bind: `--bind: ${inputName(e.input)}`, runtime: `runtime archive: ${inputName(e.input)}`,
		nobody: "nobody" }[e.resolver] || inputName(e.input);
}

function externs() {
	return section("Who defines what others refer to?", "Each name that some object refers to and does not "
		+ "define itself.",
	new Table({
		label: "Externs", rows: data.externs, order: 0, descending: false, empty: "There are no externs.",
		details: (e, plain) => plain || el("div", {}, "Used by:", list(e.users, inputLink)),
		columns: [
			{ title: "Name", text: e => e.symbol, show: e => name(e.symbol) },
			{ title: "Defined by", text: resolver, show: e => e.resolver === "nobody" ?
				el("span", { class: "warn" }, "nobody") : e.resolver === "input" ?
					inputLink(e.input) : resolver(e) },
			{ title: "Section", text: e => e.section || "", show: e => name(e.section || "") },
			{ title: "Weak", text: e => e.weak ? "weak" : "" },
			{ title: "Users", unit: "objects", number: e => e.users.length },
		],
	}).node);
}

function names() {
	const bound = data.bound.map(b => ({ name: b.name, symbol: b.symbol || `(returns ${b.returns})`,
		input: b.input || "", why: "--bind" + (b.static ? `; static: ${b.static}` : "") }));
	const renamed = data.renamed.map(r => ({ ...r, why: r.reason + (r.because ? `: '${inputName(r.because)}'` : "")
		+ (r.local ? "; it is local now" : "") }));

	return section("What is called otherwise than in its object?", "By --bind, --rename and --prefix, or because "
		+ "names have to be unique for loaders, or valid for kernels.",
	new Table({
		label: "Names", rows: [...bound, ...renamed], order: 0, descending: false,
		empty: "All names are those of the objects.",
		columns: [
			{ title: "In the output", text: r => r.name, show: r => name(r.name) },
			{ title: "In the object", text: r => r.symbol, show: r => name(r.symbol) },
			{ title: "Input", text: r => inputName(r.input), show: r => inputLink(r.input) },
			{ title: "Why", text: r => r.why },
		],
	}).node);
}

const views = [
	["overview", "Overview", overview, null],
	["sizes", "Sizes", sizes, null],
	["programs", "Programs", programs, data.programs.length],
	["maps", "Maps", maps, data.maps.length],
	["inputs", "Inputs", inputs, data.inputs.length],
	["duplicates", "Duplicates", duplicates, data.duplicates.length],
	["left-out", "Left out", left_out, data.totals.dropped + data.totals.folded],
	["externs", "Externs", externs, data.externs.length],
	["names", "Names", names, data.renamed.length + data.bound.length],
];
const tabs = document.getElementById("tabs");
const content = document.getElementById("content");

for (const [id, title, , number] of views) {
	tabs.append(el("a", { id: `tab-${id}`, href: `#${id}`, role: "tab", "aria-controls": `view-${id}` }, title,
		number === null ? null : el("small", {}, ` ${count(number)}`)));
	content.append(el("section", { id: `view-${id}`, role: "tabpanel", "aria-labelledby": `tab-${id}`, hidden: true }));
}

function make(id) {
	const panel = document.getElementById(`view-${id}`);

	if (!panel.firstChild)
		panel.append(views.find(v => v[0] === id)[2]());
	return panel;
}

// The address says which view is shown and what is searched in it, so links and "back" work.
function show() {
	const [id, query] = location.hash.slice(1).split("?");
	const view = views.some(v => v[0] === id) ? id : views[0][0];
	let text = "";

	try {
		text = decodeURIComponent(query || "");
	} catch { /* whoever wrote such an address finds nothing */ }
	for (const [each] of views) {
		const tab = document.getElementById(`tab-${each}`);

		document.getElementById(`view-${each}`).hidden = each !== view;
		tab.setAttribute("aria-selected", each === view);
		tab.tabIndex = each === view ? 0 : -1;
	}
	const panel = make(view), search = panel.querySelector("input[type=search]");
	if (search && query !== undefined) {
		search.value = text;
		search.dispatchEvent(new Event("input"));
	}
	if (view === "sizes" && !treemap.path.length)
		treemap.draw();
}

tabs.addEventListener("keydown", event => {
	const all = [...tabs.children], at = all.indexOf(document.activeElement);
	const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];

	if (to === undefined)
		return;
	event.preventDefault();
	const tab = all[(to + all.length) % all.length];
	tab.click();
	tab.focus();
});
addEventListener("hashchange", show);
// All views are printed.
addEventListener("beforeprint", () => views.forEach(([id]) => {
	const panel = make(id), hidden = panel.hidden;

	if (id === "sizes" && !treemap.path.length) {
		panel.hidden = false;
		treemap.draw();
		panel.hidden = hidden;
	}
}));

const title = data.output.name || "Output";
document.title = `${title} – bpfld report`;
document.getElementById("title").textContent = title;
document.getElementById("subtitle").textContent = `${bytes(data.output.size)}, made by bpfld of ${
	plural(data.inputs.length, "object")}${folder ? ` in ${folder}` : ""}`;
show();
