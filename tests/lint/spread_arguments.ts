/**
 * Lint rule: no spread in the arguments of a call, whose number the stack limits to about 120,000. A list that is written in the
 * code is bounded, and may be spread: a constant in capitals, or an array literal. Scripts of pages are exempt.
 */

const plugin: Deno.lint.Plugin = {
  name: "ams",
  rules: {
    "no-spread-arguments": {
      create(context) {
        const report = (node: Deno.lint.SpreadElement) => {
          if (isConstant(node.argument)) return;
          context.report({
            node,
            message: "Arguments are on the stack, which a long list exceeds",
            hint: "Use a loop, reduce(), flat(), or pass the list itself",
          });
        };
        return {
          "CallExpression > SpreadElement": report,
          "NewExpression > SpreadElement": report,
        };
      },
    },
  },
};

function isConstant(node: Deno.lint.Expression): boolean {
  if (node.type === "Identifier") return /^[A-Z][A-Z0-9_]*$/.test(node.name);
  return node.type === "ArrayExpression" &&
    node.elements.every((element) => element.type !== "SpreadElement");
}

export default plugin;
