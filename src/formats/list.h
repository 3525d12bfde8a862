/* Every syntax, one line each: its name, and the file of this folder that holds its PmFormat. The
 * table of formats, their declarations, the build's list of sources and the fuzz targets all come
 * from here. */

PM_FORMAT (apache, "apache.c")
PM_FORMAT (caddyfile, "caddyfile.c")
PM_FORMAT (code, "code.c")
PM_FORMAT (directive, "directive.c")
PM_FORMAT (dockerfile, "dockerfile.c")
PM_FORMAT (dotenv, "dotenv.c")
PM_FORMAT (hcl, "hcl.c")
PM_FORMAT (ini, "ini.c")
PM_FORMAT (javascript, "javascript-languages.c")
PM_FORMAT (json, "json.c")
PM_FORMAT (nginx, "nginx.c")
PM_FORMAT (procfile, "procfile.c")
PM_FORMAT (properties, "ini.c")
PM_FORMAT (shell, "shell.c")
PM_FORMAT (systemd, "ini.c")
PM_FORMAT (toml, "toml.c")
PM_FORMAT (tsx, "javascript-languages.c")
PM_FORMAT (typescript, "javascript-languages.c")
PM_FORMAT (xml, "xml.c")
PM_FORMAT (yaml, "yaml.c")
