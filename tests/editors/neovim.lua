-- Neovim, with nothing but its own client, as an editor of a text that `mtlint lsp` checks.
--
-- Run by neovim.sh. Works from Neovim 0.7 on, which has no vim.lsp.start yet.

local function fail(what)
  io.stderr:write("neovim.lua: " .. what .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, condition)
  if not vim.wait(60000, condition, 20) then
    fail("waited too long for " .. what .. "; the buffer is\n" .. table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n"))
  end
end

local function lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

-- Chooses the action whose title begins so, as a user would from the menu.
local function choose(title)
  local chosen
  vim.ui.select = function(items, options, take)
    for index, item in ipairs(items) do
      if vim.startswith(options.format_item(item), title) then
        chosen = index
        return take(item, index)
      end
    end
    local titles = vim.tbl_map(options.format_item, items)
    fail("no “" .. title .. "” in: " .. table.concat(titles, " | "))
  end
  vim.lsp.buf.code_action()
  wait("the menu with “" .. title .. "”", function() return chosen ~= nil end)
end

local function run()
  local folder = vim.fn.tempname()
  vim.fn.mkdir(folder, "p")
  local path = folder .. "/article.txt"
  vim.fn.writefile({ "“😀” They met at the the summit.", "", "The the end came soon." }, path)
  vim.cmd("edit " .. path)

  local config = {
    name = "mtlint",
    cmd = { vim.env.MTLINT, "lsp", "--no-grammar", "--no-cache" },
    root_dir = folder,
  }
  if vim.lsp.start then
    vim.lsp.start(config)
  else
    vim.lsp.buf_attach_client(0, vim.lsp.start_client(config))
  end

  wait("two findings", function() return #vim.diagnostic.get(0) == 2 end)
  local first = vim.diagnostic.get(0, { lnum = 0 })[1]
  local line = lines()[1]
  local word = line:sub(first.col + 1, first.end_col)
  if word ~= "the the" then
    fail("the finding is at “" .. word .. "”")
  end

  vim.api.nvim_win_set_cursor(0, { 1, first.col })
  choose("Replace with “the”")
  wait("the fix of one finding", function() return lines()[1] == "“😀” They met at the summit." end)
  wait("one finding less", function() return #vim.diagnostic.get(0) == 1 end)

  -- The user goes on writing.
  vim.api.nvim_buf_set_lines(0, 1, 2, false, { "é 😀 at at the end", "" })
  wait("the new finding", function() return #vim.diagnostic.get(0) == 2 end)
  vim.api.nvim_win_set_cursor(0, { 2, 8 })
  choose("Fix all that is safe")
  wait("all fixes", function()
    return vim.deep_equal(lines(), { "“😀” They met at the summit.", "é 😀 at the end", "", "The end came soon." })
  end)
  wait("no finding", function() return #vim.diagnostic.get(0) == 0 end)
end

local fine, error = pcall(run)
if not fine then
  fail(tostring(error))
end
print("neovim: 2 fixes applied\n")
vim.cmd("qall!")
