"""What a disk says when it refuses, in words of the people who must mend it."""

import errno

_WORDS = {
    errno.ENOENT: "没有这个文件或者目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是目录，不是文件",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EFBIG: "文件超过这个磁盘允许的大小",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EMFILE: "打开的文件过多",
    errno.ENFILE: "打开的文件过多",
    errno.ELOOP: "链接绕成了圈",
}


def disk_words(problem: OSError) -> str:
    """The cause as a clause without a stop; the number of what has no words here."""
    return _WORDS.get(problem.errno or 0, f"系统错误 {problem.errno}" if problem.errno else "读写失败")
