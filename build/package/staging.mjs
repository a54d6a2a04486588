// @ts-check
// What of a Python and of its packages an installed Parley needs. Rules only; stage.mjs applies them.

/**
 * Where things lie in a Python's own folder.
 * @param {string} platform
 * @param {string} version such as 3.12
 */
export function layoutOf(platform, version) {
  if (platform === 'win32') return { program: 'python.exe', library: 'Lib', site: 'Lib/site-packages' }
  const library = `lib/python${version}`
  return { program: 'bin/python3', library, site: `${library}/site-packages` }
}

/** Of the standard library: tests, windows of its own, what installs or documents, what asks a terminal or a dead network service. */
const UNUSED_LIBRARY = [
  /^(test|idlelib|turtledemo|tkinter|lib2to3|ensurepip|pydoc_data|site-packages)\//,
  /^(turtle|this|antigravity)\.py$/,
  /^config-[^/]+\//, // for building extensions
  /^EXTERNALLY-MANAGED$/,
  /(^|\/)(tests?|idle_test)\//,
  /^lib-dynload\/(_test|_ctypes_test|_xx|xx|_tkinter|_curses|readline|nis|ossaudiodev|_crypt|_dbm|_gdbm)/,
]

/** Of the packages: tests, sources of what is compiled, headers, and parts that nothing of ours imports. */
const UNUSED_PACKAGES = [
  /^(setuptools|pkg_resources|_distutils_hack|bin|Scripts)(\/|-[^/]+\.dist-info\/)/,
  /^distutils-precedence\.pth$/,
  /^[^/]+\.dist-info\/(RECORD|INSTALLER|REQUESTED|direct_url\.json)$/,
  /(^|\/)(tests?|include)\//,
  /\.(pyi|pyx|pxd|h|hpp|c|cc|cpp|a|lib|pdb|cmake)$/,
  /^numpy\/(f2py|distutils|_pyinstaller|_configtool)/,
  /^onnxruntime\/(transformers|quantization|tools|datasets|backend)\//,
  /^ctranslate2\/(converters|specs)\//,
  // Of Amazon's 400 services: the one that answers, and those that its credentials come from (botocore/credentials.py).
  /^botocore\/data\/(?!(bedrock-runtime|signin|sso|sso-oidc|sts)\/|[^/]+$)/,
  /^boto3\/(data|examples)\//,
  /^silero_vad\/data\/(?!silero_vad\.onnx$)/, // the same model in other forms
]

const NEVER = /(^|\/)__pycache__\/|\.py[co]$/ // compiled anew, in one way

/** @param {string} path below the standard library, with slashes */
export const ofLibrary = (path) => !NEVER.test(path) && !UNUSED_LIBRARY.some((rule) => rule.test(path))

/** @param {string} path below site-packages, with slashes */
export const ofPackages = (path) => !NEVER.test(path) && !UNUSED_PACKAGES.some((rule) => rule.test(path))

/** Libraries that every Linux desktop has: the C library, and GCC's, which every binary wheel counts on (PEP 600). */
const SYSTEM = /^(ld-linux.*|lib(c|m|mvec|dl|rt|pthread|util|resolv|gcc_s|stdc\+\+))\.so/

/**
 * What `ldd` says that a program loads from elsewhere.
 * @param {string} output of ldd
 * @returns {{ name: string, path: string }[]}
 */
export function foreignLibraries(output) {
  return [...output.matchAll(/^\s*(\S+) => (\S+) \(/gm)].flatMap(([, name = '', path = '']) =>
    SYSTEM.test(name) ? [] : [{ name, path }],
  )
}
